/** Found lines as they are shown: what they say now, with what was looked for marked. */
import type { FoundLine } from '../contract/finder.ts'
import type { Transaction } from '../storage/database.ts'
import { type LineKey, textsOf } from './find.store.ts'
import { wordsOf } from './fold.policy.ts'
import { lexemes } from './lexeme.service.ts'
import { type LineKind, lineKinds } from './search.ts'
import { type Hit, snippet } from './snippet.policy.ts'

/** `met`: which of the words looked for are in it, as they are kept and as they were written. */
export type ShownLine = { id: string; line: FoundLine; met: { kept: string; written: string }[] }

/** In the order given; a line that is no longer there is left out. `sought`: words as they are kept. */
export async function linesOf(
  trx: Transaction,
  lines: readonly LineKey[],
  sought: ReadonlySet<string>,
): Promise<ShownLine[]> {
  if (lines.length === 0) return []
  const texts = await textsOf(trx, lines)
  const found = lines.flatMap((line) => {
    const row = texts.find(({ id, kind, seq }) => id === line.id && kind === line.kind && seq === line.n)
    return row ? [{ ...row, at: line.at, kind: kindOf(line.kind), words: wordsOf(row.text) }] : []
  })
  const kept = await lexemes(
    trx,
    found.flatMap(({ words }) => words.map(({ word }) => word)),
  )
  return found.map(({ id, seq, at, kind, actorKind, actorName, text, words }) => {
    const meant = words.filter(({ word }) => sought.has(kept(word)))
    const hits = meant.map(({ from, to }): Hit => [from, to])
    const met = meant.map(({ word, from, to }) => ({ kept: kept(word), written: text.slice(from, to) }))
    const by = actorKind === 'visitor' ? null : (actorName ?? '')
    return { id, met, line: { kind, seq, at, by, ...snippet(text, hits) } }
  })
}

const kinds = Object.keys(lineKinds) as LineKind[]
const kindOf = (stored: number): LineKind => kinds.find((kind) => lineKinds[kind] === stored) ?? 'message'
