/** Which stretch of the conversation a comment is about. Pure. */
import type { ReviewMark } from '../contract/assessment.ts'

/** It is written when what it is about has been heard. */
const BEFORE_MS = 20_000
const AFTER_MS = 10_000

/** ms since 1970. */
export const momentOf = ({ at }: Pick<ReviewMark, 'at'>) => ({ from: at - BEFORE_MS, to: at + AFTER_MS })
