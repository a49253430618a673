/** Who spoke when, from the loudness beside the sound: by the same rules as finding counts silence and talking over. */
import type { SeatId } from '../../server/conversation/conversation.ts'
import { talking } from '../../server/search/search.ts'
import type { Span } from './axis.ts'

/** One voice's loudness: a byte a step; the first step begins at `from`, ms since 1970. `aside`: not all heard it. */
export type Loudness = { seat: SeatId; from: number; stepMs: number; peaks: Uint8Array; aside?: boolean }

export type Talk = {
  speech: ReadonlyMap<SeatId, readonly Span[]>
  /** At least two spoke at once before everybody. */
  over: readonly Span[]
  /** In a recording, nobody spoke. */
  silences: readonly Span[]
}

/** A shorter pause is within a sentence. */
const BREATH_MS = 300

/** Runs of steps for which it holds, as spans of at least `least` ms. */
function runs(count: number, holds: (step: number) => boolean, at: Placed, least: number): Span[] {
  const spans: Span[] = []
  for (let start = 0, end = 0; start < count; start = end) {
    const kind = holds(start)
    for (end = start + 1; end < count && holds(end) === kind; end++);
    if (kind && (end - start) * at.stepMs >= least)
      spans.push({ from: at.from + start * at.stepMs, to: at.from + end * at.stepMs })
  }
  return spans
}
type Placed = Pick<Loudness, 'from' | 'stepMs'>

function joined(spans: readonly Span[], within: number): Span[] {
  const out: Span[] = []
  for (const span of spans) {
    const last = out.at(-1)
    if (last && span.from - last.to <= within) last.to = Math.max(last.to, span.to)
    else out.push({ ...span })
  }
  return out
}

/** Voices that lie on one grid: those of one call. */
function grids(voices: readonly Loudness[]): Loudness[][] {
  const groups = new Map<string, Loudness[]>()
  for (const voice of voices) {
    const key = `${voice.from} ${voice.stepMs}`
    groups.set(key, [...(groups.get(key) ?? []), voice])
  }
  return [...groups.values()]
}

/**
 * Silences, and with them where a call ran and nothing of it was recorded: nobody is heard there either. By time; what is shorter
 * than a silence is none.
 */
export function quietIn(
  silences: readonly Span[],
  calls: readonly Span[],
  recorded: readonly Span[],
): Span[] {
  const missing = calls.flatMap((call) => {
    const there = recorded
      .filter(({ from, to }) => to > call.from && from < call.to)
      .sort((a, b) => a.from - b.from)
    const parts: Span[] = []
    let { from } = call
    for (const one of there) {
      if (one.from > from) parts.push({ from, to: one.from })
      from = Math.max(from, one.to)
    }
    return call.to > from ? [...parts, { from, to: call.to }] : parts
  })
  const all = [...silences, ...missing].sort((a, b) => a.from - b.from)
  return joined(all, 0).filter(({ from, to }) => to - from >= talking.silenceMs)
}

export function talkIn(voices: readonly Loudness[]): Talk {
  const speech = new Map<SeatId, Span[]>()
  for (const voice of voices) {
    const speaks = (step: number) => (voice.peaks[step] ?? 0) >= talking.level
    const spans = joined(runs(voice.peaks.length, speaks, voice, 0), BREATH_MS)
    speech.set(voice.seat, [...(speech.get(voice.seat) ?? []), ...spans])
  }
  const over: Span[] = []
  const silences: Span[] = []
  for (const group of grids(voices)) {
    const [first] = group
    if (!first) continue
    const count = Math.max(...group.map(({ peaks }) => peaks.length))
    const speakers = (step: number) => group.filter(({ peaks }) => (peaks[step] ?? 0) >= talking.level)
    const atOnce = (step: number) => speakers(step).filter(({ aside }) => !aside).length > 1
    over.push(...runs(count, atOnce, first, talking.overlapMs))
    silences.push(...runs(count, (step) => speakers(step).length === 0, first, talking.silenceMs))
  }
  return { speech, over, silences }
}
