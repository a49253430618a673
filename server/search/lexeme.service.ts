/** Words as they are kept: without the endings of their language. What was asked once is remembered. */
import type { Database, Transaction } from '../storage/database.ts'
import { scriptOf } from './fold.policy.ts'
import { lexemesOf } from './index.store.ts'

/** Some megabytes; those of a language in use are fewer. */
const MOST = 50_000
const remembered = new Map<string, string>()

/** Answers what each word is kept as. */
export async function lexemes(
  db: Database | Transaction,
  words: Iterable<string>,
): Promise<(word: string) => string> {
  const found = new Map<string, string>()
  const asked: { word: string; script: 'english' | 'russian' }[] = []
  for (const word of new Set(words)) {
    const script = scriptOf(word)
    const known = script ? remembered.get(word) : word
    if (known !== undefined) found.set(word, known)
    else if (script) asked.push({ word, script })
  }
  const answers = asked.length > 0 ? await lexemesOf(db, asked) : []
  if (remembered.size + asked.length > MOST) remembered.clear()
  for (const [index, { word }] of asked.entries()) {
    const lexeme = answers[index] ?? word
    found.set(word, lexeme)
    remembered.set(word, lexeme)
  }
  return (word) => found.get(word) ?? word
}
