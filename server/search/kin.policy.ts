/** Other forms of a word that no dictionary of the database knows to be the same, looked for beside it. */

const PERSIAN = /^[\u0620-\u064a\u066e-\u06d3]{4,}$/
/** My, your, their, and "a" or "of", written to the word; after a joiner they are cut off already. */
const ENDINGS = ['م', 'ت', 'ش', 'ی', 'مان', 'تان', 'شان']
/** The others end too many words that have nothing to do with it: کارت is no work of yours. */
const CUT = /(?<=.{4})(م|مان|تان|شان)$/

/** Verbs of one deed: their endings leave three stems. */
const RUSSIAN = /^([а-я]{2,}н)(?:уть|ул|ула|уло|ули|у|и|ите|ем|ет|ете|ешь|ут)$/

/** `word` as `wordsOf` has it; they are of that kind, too. */
export const kinOf = (word: string): string[] => formsOf(word).filter((one) => one !== word)

function formsOf(word: string): string[] {
  if (PERSIAN.test(word)) {
    // Whether the ending is one cannot be seen: that of سیستم is none.
    const bases = [...new Set([word, word.replace(CUT, '')])]
    return bases.flatMap((base) => [base, ...ENDINGS.map((ending) => base + ending)])
  }
  const stem = RUSSIAN.exec(word)?.[1]
  return stem === undefined ? [] : ['уть', 'ул', 'и'].map((ending) => stem + ending)
}
