import type { ReviewMark } from '../../../server/contract/assessment.ts'

/** What reviews need of the player. Times in ms since 1970. */
export type Played = {
  now(): number
  seek(at: number): void
  pause(): void
  /** What is said about moments is shown on the axis too. */
  show(marks: readonly ReviewMark[]): void
}
