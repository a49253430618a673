/** Cuts a stretch out of a finalised recording without decoding it: sound on packets' bounds, pictures from the keyframe before. */
import {
  block,
  blockLength,
  CLUSTER,
  CUES,
  ebmlHead,
  element,
  float,
  id,
  info,
  number,
  opusTrack,
  SEGMENT,
  TAGS,
  text,
  vp8Track,
} from '../../sfu/recording/ebml.ts'
import { opusDurationMs, opusHead } from '../../sfu/recording/opus.ts'
import { packetsIn, type RawPacket } from '../../sfu/recording/raw-reader.ts'
import type { ReadableFile } from '../sealing/file.ts'
import { readCues } from './cues.ts'

export type Cut =
  | { kind: 'sound' }
  /** Pixels. */
  | { kind: 'picture'; width: number; height: number }
/** ms of the file. */
export type Stretch = { from: number; to: number }

/**
 * A file of its own. `bytes`: how long it is. `startMs`: the time of the source at which it begins; sound begins with the packet
 * that sounds at `from`. Of pictures it has those before `from` that the first one is made of; they take `leadMs` and are
 * decoded, never shown.
 */
export type CutFile = {
  bytes: number
  startMs: number
  durationMs: number
  leadMs: number
  read(): AsyncGenerator<Buffer>
}

const CLUSTER_MS = 2_000

type Planned = { atMs: number; size: number; key: boolean }
/** `key`: can be begun with. */
type Group = { atMs: number; to: number; bytes: number; key: boolean }

/** Null: the file has nothing in that stretch. `about`: what the file says of itself, by name. */
export async function cutOut(
  file: ReadableFile,
  what: Cut,
  wanted: Stretch,
  about: Readonly<Record<string, string>>,
): Promise<CutFile | null> {
  const stretch = { from: Math.max(0, Math.floor(wanted.from)), to: Math.ceil(wanted.to) }
  const begin = await beginOf(file, what, stretch.from)
  const source = () => inside(file, begin, what, stretch)
  const planned: Planned[] = []
  let [startMs, leadMs, durationMs] = [0, 0, 0]
  for await (const { data, key, atMs, lead, endMs } of source()) {
    if (planned.length === 0) startMs = lead ? stretch.from : atMs
    if (lead) leadMs++
    planned.push({ atMs: 0, size: data.length, key })
    const last = planned.at(-1)
    if (last) last.atMs = lead ? planned.length - 1 : leadMs + atMs - startMs
    durationMs = leadMs + endMs - startMs
  }
  if (planned.length === leadMs) return null
  const groups = grouped(planned, what)
  const head = beginning(what, groups, durationMs, about)
  return {
    bytes: head.length + groups.reduce((sum, group) => sum + group.bytes, 0),
    ...{ startMs, durationMs, leadMs },
    read: () => written(head, groups, planned, source()),
  }
}

/** The byte to read from. A table may name clusters that begin with a picture which needs others before it. */
async function beginOf(file: ReadableFile, what: Cut, from: number): Promise<number> {
  const cues = (await readCues(file)).filter(({ atMs }) => atMs <= from)
  for (const { at } of cues.reverse()) {
    if (what.kind === 'sound') return at
    for await (const { key } of packetsIn(file.read(at))) {
      if (key) return at
      break
    }
  }
  return 0
}

type Taken = RawPacket & { endMs: number; lead: boolean }

/** The packets of the stretch; of pictures before them, from the last keyframe on, those that `lead` to them. */
async function* inside(
  file: ReadableFile,
  begin: number,
  what: Cut,
  { from, to }: Stretch,
): AsyncGenerator<Taken> {
  const packets = packetsIn(file.read(begin))
  if (what.kind === 'sound') {
    for await (const packet of packets) {
      if (packet.atMs >= to) return
      const endMs = packet.atMs + opusDurationMs(packet.data)
      if (endMs > from) yield { ...packet, endMs, lead: false }
    }
    return
  }
  let before: RawPacket[] = []
  let started = false
  for await (const packet of packets) {
    if (packet.atMs >= to) break
    if (packet.atMs <= from) {
      if (packet.key) before = []
      // The reader's bytes do not stay as they are.
      before.push({ ...packet, data: Uint8Array.from(packet.data) })
      continue
    }
    if (!started && !before[0]?.key && !packet.key) continue
    if (!started) yield* opened(before, from)
    started = true
    yield { ...packet, endMs: to, lead: false }
  }
  // A picture that stands all through it.
  if (!started) yield* opened(before, from, to)
}

/** What stands at the beginning is shown from there on; what it is made of comes before, unseen. */
function* opened(before: readonly RawPacket[], from: number, to = from): Generator<Taken> {
  // Without a keyframe nothing of it could be shown.
  if (!before[0]?.key) return
  for (const [index, packet] of before.entries()) {
    const last = index === before.length - 1
    if (last) yield { ...packet, atMs: from, endMs: to, lead: false }
    else yield { ...packet, data: unseen(packet.data), endMs: from, lead: true }
  }
}

/** RFC 6386, 9.1: the fifth bit of a frame says whether it is shown. */
function unseen(frame: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(frame)
  copy[0] = (copy[0] ?? 0) & ~0x10
  return copy
}

/** Clusters: of two seconds at most, and a new one where a picture is that needs none before it. */
function grouped(planned: readonly Planned[], what: Cut): Group[] {
  const groups: Group[] = []
  for (const [index, { atMs, size, key }] of planned.entries()) {
    const open = groups.at(-1)
    const full = !open || atMs - open.atMs >= CLUSTER_MS || (what.kind === 'picture' && key)
    if (full) groups.push({ atMs, to: index + 1, bytes: blockLength(size), key })
    else {
      open.to = index + 1
      open.bytes += blockLength(size)
    }
  }
  return groups.map((group) => ({ ...group, bytes: clusterHead(group).length + group.bytes }))
}

/** Its name, its size and its time. */
function clusterHead({ atMs, bytes }: Pick<Group, 'atMs' | 'bytes'>): Buffer {
  const time = number(0xe7, atMs)
  return Buffer.concat([id(CLUSTER), longSize(time.length + bytes), time])
}

/** Of eight bytes, whatever the value. */
function longSize(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE((1n << 56n) | BigInt(value))
  return bytes
}

/** Everything before the clusters, the table of them included: so it can be sought in while it still comes. */
function beginning(
  what: Cut,
  groups: readonly Group[],
  durationMs: number,
  about: Readonly<Record<string, string>>,
): Buffer {
  const track = what.kind === 'sound' ? opusTrack(opusHead(2, true), 2) : vp8Track(what.width, what.height)
  const before = [info([float(0x4489, durationMs)]), tags(about), track]
  const known = before.reduce((sum, { length }) => sum + length, 0)
  // Positions take as many bytes as they take; the table is as long as the last try said, after a try or two.
  let table = cueTable(groups, 0)
  for (let size = -1; size !== table.length; ) {
    size = table.length
    table = cueTable(groups, known + size)
  }
  const body = known + table.length + groups.reduce((sum, { bytes }) => sum + bytes, 0)
  return Buffer.concat([ebmlHead(), id(SEGMENT), longSize(body), ...before, table])
}

function cueTable(groups: readonly Group[], firstAt: number): Buffer {
  let at = firstAt
  const points = groups.flatMap(({ atMs, bytes, key }) => {
    const place = element(0xb7, [number(0xf7, 1), number(0xf1, at)])
    at += bytes
    return key ? [element(0xbb, [number(0xb3, atMs), place])] : []
  })
  return element(CUES, points)
}

/** Of the whole file (RFC 9559, 5.1.8). */
const tags = (about: Readonly<Record<string, string>>): Buffer =>
  element(TAGS, [
    element(0x7373, [
      element(0x63c0, []),
      ...Object.entries(about).map(([name, value]) =>
        element(0x67c8, [text(0x45a3, name), text(0x4487, value)]),
      ),
    ]),
  ])

async function* written(
  head: Buffer,
  groups: readonly Group[],
  planned: readonly Planned[],
  source: AsyncGenerator<Taken>,
): AsyncGenerator<Buffer> {
  yield head
  let index = 0
  let blocks: Buffer[] = []
  let [group, ...rest] = groups
  for await (const { data } of source) {
    const { atMs = 0, key = false } = planned[index] ?? {}
    if (!group) return
    blocks.push(block(data, key, atMs - group.atMs))
    if (++index < group.to) continue
    const size = blocks.reduce((sum, { length }) => sum + length, 0)
    yield Buffer.concat([clusterHead({ atMs: group.atMs, bytes: size }), ...blocks])
    blocks = []
    ;[group, ...rest] = rest
  }
}
