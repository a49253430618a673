/** Two people who talk over the product, and what each hears of the other. */
export type Talk = {
  /** Resolves when both hear each other. */
  settled(): Promise<void>
  /** The longest hole since then (ms since 1970) in what either heard, and how late the meter was at worst, ms. */
  gapSince(since: number): Promise<{ gapMs: number; lagMs: number }>
  close(): Promise<void>
}
