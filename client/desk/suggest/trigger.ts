/** A sign before what is being looked for, as it is typed: `/hel`, `@sar`. Pure. */
export type Trigger = { from: number; query: string }

const LONGEST = 40

/** The word at the caret that begins with the sign, at the text's beginning or after a space; null: there is none. */
export function triggerAt(text: string, caret: number, sign: string): Trigger | null {
  const word = /\S*$/.exec(text.slice(0, caret))?.[0] ?? ''
  if (!word.startsWith(sign) || word.length > LONGEST) return null
  return { from: caret - word.length, query: word.slice(sign.length) }
}

/** One spelling for what is looked for, whatever its case or composition. */
export const normal = (text: string): string => text.normalize('NFKC').toLowerCase()
