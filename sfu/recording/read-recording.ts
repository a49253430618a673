/** Makes one picture of a room's journal: its segments, each with the line from file time to the server's clock. */
import type { Source } from '../control/contract.ts'
import type { HoleTrack } from '../control/replay-index.ts'
import { at, compose, fitFloor, fitLine, fitParts, type Line, type Part, type Reading } from './clock-fit.ts'
import type { JournalLine } from './journal.ts'

type Of<T extends JournalLine['t']> = Extract<JournalLine, { t: T }>
export type Role = Of<'seat'>['role']

export type RecordedSegment = {
  id: string
  seatId: string
  role: Role
  source: Source
  kind: 'audio' | 'video'
  /** Not for the visitor's side. */
  aside: boolean
  width: number
  height: number
  /** ms of the file → ms of the server's clock. */
  toServer: Line
  /** Where the time of pictures was moved: from `from` on (ms of the file) another line holds. In order. */
  moves: { from: number; toServer: Line }[]
  /** Server clock, ms; null: its end is not told. */
  endedAt: number | null
}

/** Server clock, ms. `to` null: to the end of the recording. */
export type Hole = { from: number; to: number | null; reason: string; track?: HoleTrack }

export type Recording = {
  roomId: string
  installationId: string
  sealed: boolean
  seats: { seatId: string; role: Role }[]
  segments: RecordedSegment[]
  holes: Hole[]
  /** When the first room began, server clock. */
  beganAt: number
}

/** Null when the journal does not even tell whose room it is. */
export function readRecording(lines: JournalLine[]): Recording | null {
  const start = lines.find((line) => line.t === 'start')
  const sealed = lines.find((line) => line.t === 'sealed')
  if (start === undefined) return null
  const runs = splitRuns(lines)
  const segments = runs.flatMap((run) => readSegments(run))
  return {
    roomId: start.roomId,
    installationId: start.installationId,
    sealed: sealed !== undefined,
    seats: readSeats(lines),
    segments,
    holes: readHoles(runs),
    beganAt: start.node + offsetOf(runs[0] ?? []),
  }
}

/** A run is one life of the room; the node's clock is the same all through it. */
function splitRuns(lines: JournalLine[]): JournalLine[][] {
  const runs: JournalLine[][] = []
  for (const line of lines) {
    if (line.t === 'start') runs.push([])
    runs.at(-1)?.push(line)
  }
  return runs
}

function readSeats(lines: JournalLine[]): Recording['seats'] {
  const seats = new Map<string, Role>()
  for (const line of lines) if (line.t === 'seat') seats.set(line.id, line.role)
  return [...seats].map(([seatId, role]) => ({ seatId, role }))
}

/**
 * Server minus node, all through a run: the newest exchange up to ten seconds after its first segment began. One for all of it,
 * since the node's clock is steady and the server's may be set anew in between: that must not move what begins later.
 */
function offsetOf(run: JournalLine[]): number {
  const first = run.find((line) => line.t === 'open')
  const until = (first?.node ?? 0) + 10_000
  let offset: number | null = null
  for (const line of run) {
    if (line.t !== 'clock') continue
    if (offset === null || line.node <= until) offset = line.server - line.node
  }
  return offset ?? 0
}

function readSegments(run: JournalLine[]): RecordedSegment[] {
  const opened = run.filter((line) => line.t === 'open')
  const closed = run.filter((line) => line.t === 'close')
  const sizes = run.filter((line) => line.t === 'size')
  const senders = senderClocks(run, opened)
  const offset = offsetOf(run)
  return opened.map((open) => {
    const [first, ...moves] = segmentClock(open, run, senders.get(participant(open)) ?? null)
    const toServer = (line: Line): Line => ({ ...line, offset: line.offset + offset })
    const close = closed.find((line) => line.seg === open.seg)
    const mine = sizes.filter((size) => size.seg === open.seg)
    return {
      id: open.seg,
      seatId: open.seat,
      role: open.role,
      source: open.source,
      kind: open.kind,
      aside: open.aside === true,
      width: largest(mine, ({ width }) => width),
      height: largest(mine, ({ height }) => height),
      toServer: toServer(first.line),
      moves: moves.map(({ from, line }) => ({ from, toServer: toServer(line) })),
      endedAt: close === undefined ? null : close.node + offset,
    }
  })
}

/** A packet may come late, but by no more than this, ms: beyond that the sender's clock is false. */
const FAR_MS = 10_000
/** Reports come late when a machine or network is busy, never early but by half an uneven way. */
const MOSTLY_LATE = 0.2

const participant = (open: Of<'open'>) => `${open.seat}/${open.epoch}`

/** One line from a sender's clock to the node's, shared by all its tracks: that is what keeps its lips in step. */
function senderClocks(run: JournalLine[], opened: Of<'open'>[]): Map<string, Line> {
  const owner = new Map(opened.map((open) => [open.seg, participant(open)]))
  const readings = new Map<string, Reading[]>()
  for (const line of run) {
    if (line.t !== 'sr') continue
    const key = owner.get(line.seg)
    if (key === undefined) continue
    const list = readings.get(key) ?? []
    list.push({ x: line.ntp, y: line.node - line.rtt / 2 })
    readings.set(key, list)
  }
  const lines = new Map<string, Line>()
  for (const [key, list] of readings) {
    const line = fitFar(list)
    if (line !== null) lines.set(key, line)
  }
  return lines
}

/** Fits around the first reading: numbers like Unix time would lose the digits that matter. */
function fitFar(readings: Reading[]): Line | null {
  const origin = readings[0]
  if (origin === undefined) return null
  const near = fitLine(
    readings.map(({ x, y }) => ({ x: x - origin.x, y: y - origin.y })),
    MOSTLY_LATE,
  )
  if (near === null) return null
  return { rate: near.rate, offset: origin.y + near.offset - origin.x * near.rate }
}

/** File time → node's clock: capture times first, then sender reports, then arrivals, then the moment it was opened. */
function segmentClock(open: Of<'open'>, run: JournalLine[], sender: Line | null): [Part, ...Part[]] {
  const ms = (rtp: number) => (rtp * 1000) / open.rate
  const pairs = (src: 'act' | 'arr'): Reading[] =>
    run.flatMap((line) =>
      line.t === 'pair' && line.seg === open.seg && line.src === src
        ? [{ x: ms(line.rtp), y: line.node }]
        : [],
    )
  // The file rounds times to a millisecond: the first picture behind a move is not to be taken for one before it.
  const moves = run.flatMap((line) =>
    line.t === 'moved' && line.seg === open.seg ? [Math.floor(line.at)] : [],
  )
  const arrivals = pairs('arr')
  const floor = fitFloor(arrivals)
  const ends = [arrivals[0], arrivals.at(-1)].filter((one) => one !== undefined)
  // A sender may say anything.
  const isSane = (parts: readonly Part[]) =>
    ends.every(({ x }) => {
      const part = parts.findLast(({ from }) => x >= from) ?? parts[0]
      return !part || !floor || Math.abs(at(part.line, x) - at(floor, x)) < FAR_MS
    })
  const captured = fitParts(pairs('act'), arrivals, moves)
  if (captured !== null && isSane(captured)) return captured
  const reports = run.flatMap((line) =>
    line.t === 'sr' && line.seg === open.seg ? [{ x: ms(line.rtp), y: line.ntp }] : [],
  )
  const reported = fitLine(reports)
  const told: [Part] | null =
    reported === null || sender === null ? null : [{ from: 0, line: compose(sender, reported) }]
  if (told !== null && isSane(told)) return told
  return [{ from: 0, line: floor ?? { rate: 1, offset: open.node } }]
}

function readHoles(runs: JournalLine[][]): Hole[] {
  const holes: Hole[] = []
  runs.forEach((run, index) => {
    const offset = offsetOf(run)
    const server = (node: number) => node + offset
    const own = [...readPauses(run, server), ...readUnwritten(run, server)]
    const next = runs[index + 1]
    const began = next?.find((line) => line.t === 'start')
    if (next === undefined || began === undefined) return holes.push(...own)
    const end = run.find((line) => line.t === 'end')
    const from = end === undefined ? lastSign(run, server) : server(end.node)
    // One that was cut off with its run ends with it: what comes after is the next run's.
    holes.push(...own.map((hole) => ({ ...hole, to: hole.to ?? from })))
    return holes.push({
      from,
      to: began.node + offsetOf(next),
      reason: end?.reason ?? 'the media node was lost',
    })
  })
  return holes
}

function readPauses(run: JournalLine[], server: (node: number) => number): Hole[] {
  const pauses: Hole[] = []
  for (const line of run) {
    const open = pauses.at(-1)
    if (line.t === 'pause') pauses.push({ from: server(line.node), to: null, reason: 'paused' })
    else if ((line.t === 'resume' || line.t === 'end') && open?.to === null) open.to = server(line.node)
  }
  return pauses
}

/** Where the disk took nothing, or nothing of one track. */
function readUnwritten(run: JournalLine[], server: (node: number) => number): Hole[] {
  const holes: Hole[] = []
  const close = (node: number, those: (hole: Hole) => boolean) => {
    for (const hole of holes) if (hole.to === null && those(hole)) hole.to = server(node)
  }
  const same = (one?: HoleTrack, other?: HoleTrack) =>
    one?.seatId === other?.seatId && one?.source === other?.source
  for (const line of run) {
    if (line.t === 'unwritten') {
      const { reason, track } = line
      holes.push({ from: server(line.node), to: null, reason, ...(track ? { track } : {}) })
    } else if (line.t === 'written') close(line.node, ({ track }) => same(track, line.track))
    else if (line.t === 'end') close(line.node, () => true)
  }
  return holes
}

/** The newest moment a run without an end is known to have lived. */
function lastSign(run: JournalLine[], server: (node: number) => number): number {
  return server(largest(run, (line) => ('node' in line ? line.node : 0)))
}

/** 0 where there are none. Journals of long calls have more lines than a call may have arguments. */
function largest<T>(all: readonly T[], of: (one: T) => number): number {
  let found = 0
  for (const one of all) found = Math.max(found, of(one))
  return found
}

/** Where a time of the file lies, server clock. */
export function serverTime({ toServer, moves }: RecordedSegment, fileMs: number): number {
  const move = moves.findLast(({ from }) => fileMs >= from)
  return at(move?.toServer ?? toServer, fileMs)
}
