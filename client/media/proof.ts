/** Proof that the other end is reached: what a browser believes of a connection is up to six seconds old. */

/**
 * The pair of addresses in use, and how often the other end has answered over it. Until it is nominated the media node
 * does not send that way: Chromium may choose a pair and take 2.5 s to tell.
 */
export type Answered = { pair: string; answers: number; nominated: boolean }

/** Null where the browser does not tell. */
export function answeredIn(report: RTCStatsReport): Answered | null {
  let selected: unknown
  const pairs = new Map<unknown, Record<string, unknown>>()
  report.forEach((entry: Record<string, unknown>) => {
    if (entry.type === 'transport') selected ??= entry.selectedCandidatePairId
    if (entry.type !== 'candidate-pair') return
    pairs.set(entry.id, entry)
    // Firefox marks the pair itself.
    if (entry.selected === true) selected = entry.id
  })
  const { responsesReceived: answers, nominated } = pairs.get(selected) ?? {}
  if (typeof selected !== 'string' || typeof answers !== 'number') return null
  return { pair: selected, answers, nominated: nominated === true }
}

const LOOK_MS = 100

/** Resolves once there is an answer that `before` did not have, or where none can be seen, or when given up. */
export async function answeredSince(
  before: Answered | null,
  look: () => Promise<RTCStatsReport>,
  givenUp: () => boolean,
): Promise<void> {
  while (before && !givenUp()) {
    const now = answeredIn(await look())
    if (now?.nominated && now.answers > (now.pair === before.pair ? before.answers : 0)) return
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}
