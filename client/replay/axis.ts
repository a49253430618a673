/**
 * The time axis of a replay. Where something happens it runs as the conversation did; a long silence outside of calls
 * is drawn and played in one second. `play`: ms on the axis. `time`: ms since 1970 by the server's clock.
 */
import { SHOWN_AFTER_MS } from '../../server/contract/extent.ts'

export type Span = { from: number; to: number }
export type Gap = { play: Span; time: Span }

export type Axis = {
  /** ms of play from end to end. */
  length: number
  gaps: readonly Gap[]
  toPlay(time: number): number
  toTime(play: number): number
}

const BEFORE_MS = 1_000
const LEAST_GAP_MS = 8_000
const GAP_PLAYS_MS = 1_000

type Piece = { time: Span; play: Span }

function merged(spans: readonly Span[]): Span[] {
  const out: Span[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last && span.from - last.to < LEAST_GAP_MS) last.to = Math.max(last.to, span.to)
    else out.push({ ...span })
  }
  return out
}

const between = (value: number, from: Span, to: Span): number => {
  const length = from.to - from.from
  const share = length === 0 ? 0 : (value - from.from) / length
  return to.from + Math.min(1, Math.max(0, share)) * (to.to - to.from)
}

/** What of the spans lies within one, and its two ends. */
function heldTo(within: Span, spans: readonly Span[]): Span[] {
  const held = spans.map(({ from, to }) => ({
    from: Math.max(from, within.from),
    to: Math.min(to, within.to),
  }))
  const ends = [within.from, within.to].map((at) => ({ from: at, to: at }))
  return [...held.filter(({ from, to }) => from < to), ...ends]
}

/**
 * `moments`: when events happened. `calls`: from answer to end, played in full. `within`: a part of the conversation, whose
 * silences are as short as those of the whole.
 */
export function createAxis(moments: readonly number[], calls: readonly Span[], within?: Span): Axis {
  const lively = moments.map((at) => ({ from: at - BEFORE_MS, to: at + SHOWN_AFTER_MS }))
  // Conversations of years have more moments than a call may have arguments.
  const first = Math.min(
    moments.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY),
    ...calls.map((call) => call.from),
  )
  const busy = within
    ? merged(heldTo(within, [...lively, ...calls]))
    : merged([...lively, ...calls]).map((span) => ({ ...span, from: Math.max(span.from, first) }))
  const pieces: Piece[] = []
  const gaps: Gap[] = []
  let play = 0
  let end: number | null = null
  for (const time of busy) {
    if (end !== null) {
      const gap = { time: { from: end, to: time.from }, play: { from: play, to: play + GAP_PLAYS_MS } }
      pieces.push(gap)
      gaps.push(gap)
      play += GAP_PLAYS_MS
    }
    pieces.push({ time, play: { from: play, to: play + time.to - time.from } })
    play += time.to - time.from
    end = time.to
  }
  /** The first that does not end before. */
  const at = (pick: (piece: Piece) => Span, value: number): Piece | undefined => {
    let [low, high] = [0, pieces.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      const piece = pieces[middle]
      if (piece && pick(piece).to < value) low = middle + 1
      else high = middle
    }
    return pieces[low]
  }
  return {
    length: play,
    gaps,
    toPlay(time) {
      const piece = at((one) => one.time, time)
      return piece ? between(time, piece.time, piece.play) : 0
    },
    toTime(position) {
      const piece = at((one) => one.play, position)
      return piece ? between(position, piece.play, piece.time) : 0
    },
  }
}
