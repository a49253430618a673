/** Which bytes of a file are fetched next, by the table of its clusters. Pure; times in ms of the file. */
import type { CallRecord } from '../../server/contract/http.ts'

type Audio = NonNullable<NonNullable<CallRecord['recording']>['index']['audio']>
export type ClusterTable = NonNullable<Audio['table']>

/** `at`: when it begins; `from`, `to`: its bytes. A player can begin with it. */
export type Cluster = { at: number; from: number; to: number }
export type Clusters = { head: Uint8Array<ArrayBuffer>; all: readonly Cluster[]; endMs: number }

/** Bytes of the file from `from` up to, but without, `to`. */
export type Part = { from: number; to: number }
export type Stretch = { from: number; to: number }

/** How one kind of content is fetched; times at 1×. */
export type Habit = {
  /** As `MediaSource` wants it. */
  type: string
  /** What a decoder must have had before the place to be right there. */
  prerollMs: number
  /** A part has as many clusters as it must, or as so many bytes hold. */
  firstBytes: number
  nextBytes: number
  /** So much is there ahead of what is played: that a server starts again is not noticed. */
  aheadMs: number
  /** With less a browser may not say that it can play on. Who stands may go elsewhere, and needs no more. */
  leastMs: number
  /** What lies farther off is let go. */
  keepMs: number
  /** One packet may last as long as a cluster. */
  stands: boolean
}

export const sound: Habit = {
  type: 'audio/webm; codecs="opus"',
  // RFC 7845.
  prerollMs: 80,
  // Ten seconds of most conversations: what is heard first is there soon, and whoever goes on seeking has cost little.
  firstBytes: 20 * 1024,
  // With the first still less than the 64 kB that a seek may cost.
  nextBytes: 32 * 1024,
  aheadMs: 20_000,
  leastMs: 1_000,
  // Browsers do it themselves: seen of files of 85 MB, of which Chromium keeps 12 and Firefox 14.
  keepMs: Infinity,
  stands: false,
}
/** Its clusters begin at keyframes, four seconds apart or less. */
export const picture: Habit = {
  type: 'video/webm; codecs="vp8"',
  prerollMs: 0,
  firstBytes: 0,
  nextBytes: 0,
  aheadMs: 10_000,
  leastMs: 1_000,
  // Chromium lets none go before it has 150 MB of each.
  keepMs: 60_000,
  stands: true,
}

/** Some browsers hold the last packet back until another follows; one of silence lasts 120 ms. */
const HELD_BACK_MS = 150

const bytesFrom = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))

export function clustersIn(table: ClusterTable): Clusters {
  const head = bytesFrom(table.head)
  const figures = numbersIn(bytesFrom(table.clusters))
  const all: Cluster[] = []
  let [at, from] = [0, head.length]
  for (let index = 0; index + 1 < figures.length; index += 2) {
    const [ms, bytes] = [figures[index] ?? 0, figures[index + 1] ?? 0]
    all.push({ at, from, to: from + bytes })
    at += ms
    from += bytes
  }
  return { head, all, endMs: at }
}

/** Seven bits a byte, the lowest first. */
function numbersIn(bytes: Uint8Array): number[] {
  const numbers: number[] = []
  let [value, weight] = [0, 1]
  for (const byte of bytes) {
    value += (byte & 0x7f) * weight
    weight *= 0x80
    if (byte >= 0x80) continue
    numbers.push(value)
    value = 0
    weight = 1
  }
  return numbers
}

/** How far it plays on from `at` with what is there; null: not even there. */
export function reachOf(there: readonly Stretch[], at: number): number | null {
  // A browser may round what it is told.
  return there.find(({ from, to }) => from <= at + 1 && to > at)?.to ?? null
}

/**
 * What of `there` a browser would take for one with `part`, and show its last picture up to that: it does so with what is no farther
 * apart than two of the longest packets.
 */
export function mistakenFor(
  { all, endMs }: Clusters,
  habit: Habit,
  there: readonly Stretch[],
  part: Part,
): Stretch[] {
  if (!habit.stands) return []
  const endOf = (index: number) => all[index + 1]?.at ?? endMs
  const longest = all.reduce((most, { at }, index) => Math.max(most, endOf(index) - at), 0)
  const from = all.find((one) => one.from === part.from)?.at ?? 0
  const to = endOf(all.findIndex((one) => one.to === part.to))
  return there.filter((one) => {
    const gap = Math.max(from - one.to, one.from - to)
    return gap > HELD_BACK_MS && gap <= 2 * longest
  })
}

/** Whether all to its end is there; `came`: what came last. The last cluster may be as short as what is held back. */
export function isAllThere({ all, endMs }: Clusters, reach: number, came?: Part): boolean {
  const last = all.at(-1)
  return reach + HELD_BACK_MS >= endMs && (!last || reach > last.at + 1 || came?.to === last.to)
}

/** What to fetch, so that from `at` it plays on for `ahead`; null: nothing. */
export function nextPart(
  clusters: Clusters,
  habit: Habit,
  { reach, at, ahead }: { reach: number | null; at: number; ahead: number },
): Part | null {
  if (reach === null)
    return partOf(clusters, { from: at - habit.prerollMs, to: at + HELD_BACK_MS }, habit.firstBytes)
  if (reach - at >= ahead || isAllThere(clusters, reach)) return null
  const next = reach + HELD_BACK_MS
  return partOf(clusters, { from: next, to: next }, habit.nextBytes)
}

/** The clusters of that time, and as many after them as `most` bytes hold. */
function partOf({ all }: Clusters, { from, to }: Stretch, most: number): Part | null {
  const first = all.findLast(({ at }) => at <= from) ?? all[0]
  if (!first) return null
  const last = all.findLast((one) => one.at <= to || one.to - first.from <= most) ?? first
  return { from: first.from, to: last.to }
}
