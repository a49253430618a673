/** Rules of what is masked in the words of conversations before they are stored. */
import * as z from 'zod/mini'
import { Id, text } from './words.ts'

/**
 * `card`: the last four digits of card numbers stay; without such a rule none do. `pattern`: what it finds is masked, for
 * good or, hidden, but for those who may see it (`revealText`).
 */
export const MaskBody = z.object({
  name: text(80, 1),
  what: z.enum(['card', 'pattern']),
  pattern: text(200),
  mode: z.enum(['mask', 'hide']),
  /** How many letters and digits at its end stay. */
  keepLast: z.int().check(z.minimum(0), z.maximum(8)),
})
export type MaskBody = z.infer<typeof MaskBody>

/** POST /api/desk/hidden/:conversationId/:seq: the words of an event with what a rule hides in them. Written down. */
export const RevealParams = z.object({
  conversationId: Id,
  seq: z.string().check(z.regex(/^\d{1,9}$/)),
})
export type Revealed = { text: string }

/** POST /api/desk/masking/try: what would become of a text by this rule alone, and card numbers as always. */
export const TryMaskInput = z.object({ rule: MaskBody, text: text(8_000) })
/** `fault`: what is wrong with the pattern; then no text. */
export type TriedMask = { text: string; fault: null } | { text: null; fault: string }
