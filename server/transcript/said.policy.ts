/** What becomes of what an engine heard before it is stored. Pure. */
import type { SpokenLine } from '../contract/transcript.ts'
import { maskText, type Rules } from '../masking/masking.policy.ts'

type Worded = { text: string }

/**
 * Masked as if it were one text: what is read out slowly comes in several lines. What rules hide is masked for good here: the
 * sound itself is there for those who may hear it.
 */
export function maskLines<T extends Worded>(lines: readonly T[], rules: Rules): T[] {
  const whole = maskText(lines.map(({ text }) => text).join('\n'), rules).text.split('\n')
  const fits = whole.length === lines.length
  return lines.map((line, index) => ({
    ...line,
    text: fits ? (whole[index] ?? '') : maskText(line.text, rules).text,
  }))
}

type Coming = { at: number; seat: string; name: string }

/** Whose voice came from that seat then; null: the visitor's, or nobody whom the log names. */
export function speakerAt(comings: readonly Coming[], seat: string, at: number): string | null {
  if (seat === 'visitor') return null
  const own = comings.filter((one) => one.seat === seat)
  return (own.findLast((one) => one.at <= at) ?? own[0])?.name ?? null
}

/**
 * As it leaves the house: what stands in the end, not how it came to. `supervisors`: with what they said, which like notes is not
 * for everybody outside.
 */
export const givenAway = (
  lines: readonly SpokenLine[],
  { supervisors }: { supervisors: boolean },
): SpokenLine[] =>
  lines.flatMap((line) => {
    const text = line.correction?.text ?? line.text
    if (text === '' || (line.role === 'supervisor' && !supervisors)) return []
    // What somebody has set right is sure.
    return [{ ...line, text, confidence: line.correction ? null : line.confidence, correction: null }]
  })
