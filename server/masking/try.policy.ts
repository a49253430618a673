import type { MaskBody, TriedMask } from '../contract/masking.ts'
import { compileRules, maskText } from './masking.policy.ts'
import { PatternFault } from './pattern-syntax.policy.ts'

/** What would become of a text. */
export function tryRule({ rule, text }: { rule: MaskBody; text: string }): TriedMask {
  try {
    const rules = compileRules([rule])
    return { text: maskText(text, rules).text, fault: null }
  } catch (error) {
    if (error instanceof PatternFault) return { text: null, fault: error.message }
    throw error
  }
}
