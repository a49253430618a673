/** From when to when there is something of a conversation to see; ms since 1970. */
export type Extent = { from: number; to: number }

/** So much is shown after the last that happened. */
export const SHOWN_AFTER_MS = 3_000

export const extentOf = (talk: { began: number; last: number; ended: boolean; now: number }): Extent => ({
  from: talk.began,
  // What still goes on may say anything later: nobody points at that.
  to: talk.ended ? talk.last + SHOWN_AFTER_MS : talk.now,
})
