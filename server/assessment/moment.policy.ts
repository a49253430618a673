/** Which stretch of the conversation a comment is about. Pure. */
import type { ReviewMark } from '../contract/assessment.ts'

/** It is written when what it is about has been heard. */
const BEFORE_MS = 20_000
const AFTER_MS = 10_000

/** ms since 1970. A part that was chosen, as it was; else around the moment. */
export const momentOf = ({ at, until }: Pick<ReviewMark, 'at' | 'until'>) =>
  until === null ? { from: at - BEFORE_MS, to: at + AFTER_MS } : { from: at, to: until }
