import type { ReadableAtom } from 'nanostores'
import type { ReviewMark } from '../../../server/contract/assessment.ts'

/** What reviews need of the player. Times in ms since 1970. */
export type Played = {
  now(): number
  /** The part that is repeated, if it can be pointed at. */
  $part: ReadableAtom<{ at: number; until: number } | null>
  seek(at: number): void
  pause(): void
  /** What is said about moments is shown on the axis too. */
  show(marks: readonly ReviewMark[]): void
  /** Which review is open now, so that it is there again when the page is loaded again; null: none. */
  opened(id: string | null): void
}
