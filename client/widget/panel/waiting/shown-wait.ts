/** A wait as it is shown: it runs down by itself between what the server says, and owns up when it became worse. Times in ms. */
import type { Place } from '../../../../server/contract/waiting.ts'

export type Shown = Place & {
  /** When it was told. */
  at: number
  /** Since when something has been told, and by when it was to be over as far as was said. */
  since: number
  by: number | null
  /** It takes notably longer than was said before. */
  worse: boolean
}

const MINUTE = 60_000
/** Less is not worth owning up to. */
const WORSE_BY_MS = MINUTE
const WORSE_BY_SHARE = 0.3

/** What is shown after the server has said something new. */
export function told(before: Shown | null, { position, waitMs }: Place, now: number): Shown {
  const since = before?.since ?? now
  const end = waitMs && now + waitMs.to
  const by = before?.by ?? end
  // Held against what was said first, so that a wait which grows little by little is owned up to as well.
  const late = end !== null && by !== null ? end - by : 0
  const worse = late > WORSE_BY_MS && late > ((by ?? now) - since) * WORSE_BY_SHARE
  const better = late < -WORSE_BY_MS
  return { position, waitMs, at: now, since, by: better ? end : by, worse }
}

/** The range by now. */
export function rangeAt({ waitMs, at }: Pick<Shown, 'waitMs' | 'at'>, now: number): Place['waitMs'] {
  if (!waitMs) return null
  const gone = Math.max(0, now - at)
  return { from: Math.max(0, waitMs.from - gone), to: Math.max(0, waitMs.to - gone) }
}

export type WaitWords =
  | { kind: 'soon' }
  | { kind: 'about'; count: number }
  | { kind: 'within'; count: number }
  | { kind: 'range'; from: number; to: number }

/** In whole minutes, as people say it; the later end is never cut short. */
export function wordsOf({ from, to }: NonNullable<Place['waitMs']>): WaitWords {
  if (to < MINUTE) return { kind: 'soon' }
  const last = Math.ceil(to / MINUTE)
  // At any moment, or not so soon: no first minute is to be named.
  if (from < MINUTE && last > 1) return { kind: 'within', count: last }
  const first = Math.max(1, Math.floor(from / MINUTE))
  return last - first < 1 ? { kind: 'about', count: last } : { kind: 'range', from: first, to: last }
}
