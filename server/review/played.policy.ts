/** What a page may say that it has played. Pure; ms since 1970. */
import type { Extent } from '../contract/extent.ts'

/** The replay plays no faster. */
export const FASTEST = 4

/** What of them lies inside, in order, those that touch as one. */
export function within(spans: readonly Extent[], inside: Extent): Extent[] {
  const cut = spans.map(({ from, to }) => ({
    from: Math.max(from, inside.from),
    to: Math.min(to, inside.to),
  }))
  return joined(cut.filter(({ from, to }) => from < to))
}

function joined(spans: readonly Extent[]): Extent[] {
  const all: Extent[] = []
  for (const span of [...spans].sort((one, other) => one.from - other.from)) {
    const last = all.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else all.push({ ...span })
  }
  return all
}

/** For how long both are. `spans`: as `within` gives them. */
export function overlapMs(spans: readonly Extent[], recorded: readonly Extent[]): number {
  const both = joined(recorded).flatMap((one) => within(spans, one))
  return both.reduce((sum, { from, to }) => sum + to - from, 0)
}
