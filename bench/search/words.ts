/** Words to talk in: made up of syllables in three scripts, with endings, the first ones the most used. */
import { lexemes } from '../../server/search/lexeme.service.ts'
import { wordsOf } from '../../server/search/fold.policy.ts'
import type { Database } from '../../server/storage/database.ts'

/** How many words a sentence has at most. */
export const SENTENCE = 16
const COUNT = 60_000

const scripts = [
  {
    syllables: 'ba re mi to nu ka le si do pra ten gor vel mas lin'.split(' '),
    endings: ['', '', 's', 'ing', 'ed'],
  },
  {
    syllables: 'за ре ми то ну ка ле си до про тен гор вел мас лин'.split(' '),
    endings: ['', '', 'ы', 'ом', 'ами'],
  },
  {
    syllables: 'با ره مو تو نا کا له سی دو پر تن گر ول مس لن'.split(' '),
    endings: ['', '', '\u200cها', 'های', ' ها'],
  },
] as const

/** `word` as it is written, `lexeme` as it is kept. */
export type Vocabulary = { word: string; lexeme: string }[]

/** The same words each time. */
export async function vocabulary(db: Database): Promise<Vocabulary> {
  const words = Array.from({ length: COUNT }, (_, rank) => wordOf(rank))
  const folded = words.map((word) => wordsOf(word).map((one) => one.word))
  const kept = await lexemes(db, folded.flat())
  return words.map((word, rank) => ({ word, lexeme: kept(folded[rank]?.[0] ?? word) }))
}

function wordOf(rank: number): string {
  const { syllables, endings } = scripts[rank % scripts.length] ?? scripts[0]
  const base = syllables.length
  let word = ''
  for (let left = Math.floor(rank / scripts.length) + base; left > 0; left = Math.floor(left / base))
    word += syllables[left % base] ?? ''
  return word + (endings[(rank * 7) % endings.length] ?? '')
}
