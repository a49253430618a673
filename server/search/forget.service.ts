/** Searches that people keep, when one is erased whom they were kept to find. */
import { sql } from 'kysely'
import type { Transaction } from '../storage/database.ts'
import { wordsOf } from './fold.policy.ts'
import { kinOf } from './kin.policy.ts'
import { lexemes } from './lexeme.service.ts'

/** Whom nobody shall find any more, and what they go by; null: not known. */
export type Erased = { id: string; name: string | null; email: string | null; externalId: string | null }

/** One letter is an initial, and everybody's. */
const SHORTEST = 2
/** Of names that are read. */
const AT_ONCE = 5_000
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/**
 * Removes saved searches whose title and words tell of the person: by all of their name, or a part of it that nobody else bears,
 * in any of its forms; by their address or the shop's id. So it does with titles that the audit log keeps. Returns the entries
 * whose words went.
 */
export async function forgetSearchesOf(trx: Transaction, person: Erased): Promise<string[]> {
  const { rows: saved } = await sql<Kept>`
    select id, name || ' ' || coalesce(body ->> 'words', '') as text from saved_search`.execute(trx)
  // What was looked for stands in no entry; what was kept under a title, for others, does.
  const { rows: noted } = await sql<Kept>`
    select c.entry_id as id, concat_ws(' ', c.body::json #>> '{before,name}', c.body::json #>> '{after,name}') as text
    from audit_entry e join audit_content c on c.entry_id = e.id
    where e.kind = 'search' and e.action <> 'searched'`.execute(trx)
  const telling = await tellingOf(trx, person, [...saved, ...noted])
  const [searches, entries] = [saved, noted].map((all) =>
    all.filter((one) => telling.has(one)).map(({ id }) => id),
  )
  if (searches?.length) await trx.deleteFrom('saved_search').where('id', 'in', searches).execute()
  if (entries?.length) await trx.deleteFrom('audit_content').where('entry_id', 'in', entries).execute()
  return entries ?? []
}

type Kept = { id: string; text: string }

async function tellingOf(trx: Transaction, person: Erased, all: readonly Kept[]): Promise<ReadonlySet<Kept>> {
  const names = [...new Set(plain(person.name ?? ''))].filter((word) => word.length >= SHORTEST)
  const whole = [person.email, person.externalId]
    .map((id) => sequence(plain(id ?? '')))
    .filter((id) => id.trim() !== '')
  const read = all.map((kept) => ({ kept, words: plain(kept.text) }))
  const lexeme = await lexemes(trx, [...names, ...read.flatMap(({ words }) => words)].flatMap(formsOf))
  const hits = read.map(({ kept, words }) => {
    const said = new Set(words.flatMap(formsOf).map(lexeme))
    const parts = names.filter((name) => formsOf(name).some((form) => said.has(lexeme(form))))
    return { kept, parts, named: whole.some((id) => sequence(words).includes(id)) }
  })
  const own = await ownOf(trx, person.id, new Set(hits.flatMap(({ parts }) => parts)))
  const tells = hits.filter(
    ({ parts, named }) =>
      named || (parts.length > 1 && parts.length === names.length) || parts.some((part) => own.has(part)),
  )
  return new Set(tells.map(({ kept }) => kept))
}

/** Those parts of a name that no other visitor and nobody of the staff bears, however their names are written. */
async function ownOf(
  trx: Transaction,
  visitorId: string,
  parts: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const own = new Set(parts)
  const strike = (names: readonly { name: string | null }[]) => {
    for (const { name } of names) for (const word of plain(name ?? '')) own.delete(word)
  }
  if (own.size > 0) strike(await trx.selectFrom('person').select('name').execute())
  for (let after: string | undefined = FIRST_ID; own.size > 0 && after !== undefined; ) {
    const rows: { id: string; name: string | null }[] = await trx
      .selectFrom('visitor')
      .select(['id', 'name'])
      .where('name', 'is not', null)
      .where('id', '<>', visitorId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(AT_ONCE)
      .execute()
    strike(rows)
    after = rows.at(-1)?.id
  }
  return own
}

const plain = (text: string): string[] => wordsOf(text).map(({ word }) => word)
const formsOf = (word: string): string[] => [word, ...kinOf(word)]
const sequence = (words: readonly string[]): string => ` ${words.join(' ')} `
