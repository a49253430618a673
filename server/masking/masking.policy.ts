/** Masks what people write. Pure: the rules are given. */
import type { MaskBody } from '../contract/masking.ts'
import type { EventBody } from '../conversation/conversation.ts'
import { findCards } from './card.policy.ts'
import { MASKED } from './masking.ts'
import { compilePattern, find, type Pattern, type Span } from './pattern.policy.ts'
import { folded } from './pattern-syntax.policy.ts'

type Rule = { pattern: Pattern; keepLast: number }
/** `card`: how many digits of a card number stay. */
export type Rules = { card: number; mask: Rule[]; hide: Rule[] }

/** `kept`: the words as those may read them who may see what is hidden; null: nothing is hidden. */
export type Masked = { text: string; kept: string | null }

const LAST_OF_CARD = 4

/** Card numbers are masked whatever the rules are. Throws `PatternFault`. */
export function compileRules(bodies: readonly MaskBody[]): Rules {
  const rules: Rules = { card: 0, mask: [], hide: [] }
  for (const { what, pattern, mode, keepLast } of bodies) {
    if (what === 'card') rules.card = LAST_OF_CARD
    else rules[mode].push({ pattern: compilePattern(pattern), keepLast })
  }
  return rules
}

export function maskText(text: string, rules: Rules): Masked {
  const cards = cover(text, findCards(text), rules.card)
  const kept = rules.mask.reduce(apply, cards)
  const hidden = rules.hide.reduce(apply, kept)
  return { text: hidden, kept: hidden === kept ? null : kept }
}

const apply = (text: string, { pattern, keepLast }: Rule): string =>
  cover(text, find(pattern, folded(text)), keepLast)

/** Letters and digits of the spans but the last `keep` of each; what stands between them stays. */
function cover(text: string, spans: readonly Span[], keep: number): string {
  if (spans.length === 0) return text
  let covered = ''
  let done = 0
  for (const { from, to } of spans) {
    const chars = [...text.slice(from, to)]
    let left = chars.filter((char) => isShown(char)).length - keep
    const dots = chars.map((char) => (isShown(char) && left-- > 0 ? MASKED : char))
    covered += text.slice(done, from) + dots.join('')
    done = to
  }
  return covered + text.slice(done)
}

const isShown = (char: string): boolean => !/[\s\p{P}\p{Cf}]/u.test(char) || char === '@'

/** The event with the words in it masked; `kept` as above, of a message or a note. */
export function maskEvent(body: EventBody, rules: Rules): { body: EventBody; kept: string | null } {
  const plain = (text: string): string => maskText(text, rules).text
  switch (body.type) {
    case 'message': {
      const { text, kept } = maskText(body.payload.text, rules)
      const { attachments } = body.payload
      const files = attachments && {
        attachments: attachments.map((one) => ({ ...one, name: plain(one.name) })),
      }
      return { body: { ...body, payload: { ...body.payload, text, ...files, ...flag(kept) } }, kept }
    }
    case 'note': {
      const { text, kept } = maskText(body.payload.text, rules)
      return { body: { ...body, payload: { ...body.payload, text, ...flag(kept) } }, kept }
    }
    case 'transferred':
      return { body: { ...body, payload: { ...body.payload, note: plain(body.payload.note) } }, kept: null }
    case 'formAnswered': {
      const answers = body.payload.answers.map((one) => ({ ...one, value: plain(one.value) }))
      return { body: { ...body, payload: { ...body.payload, answers } }, kept: null }
    }
    default:
      return { body, kept: null }
  }
}

const flag = (kept: string | null) => (kept === null ? {} : { hidden: true as const })
