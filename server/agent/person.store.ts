import type { Selectable } from 'kysely'
import { type Person, Role } from '../contract/desk.ts'
import { sql } from 'kysely'
import type { PersonBody } from '../contract/http.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Person as PersonRow } from '../storage/database.generated.ts'

export type StoredPerson = Person & {
  login: string
  passwordHash: string | null
  demo: boolean
  /** Cannot sign in. */
  disabled: boolean
  version: number
}

const toPerson = (row: Selectable<PersonRow>): StoredPerson => ({
  id: row.id,
  name: row.name,
  role: Role.parse(row.role),
  locale: row.locale,
  login: row.login,
  passwordHash: row.password_hash,
  demo: row.demo,
  disabled: row.disabled,
  version: row.version,
})

/** One spelling for a login, whatever case or composition it is typed in. */
export const normalLogin = (login: string): string => login.normalize('NFKC').trim().toLowerCase()

export async function findPerson(db: Database, id: string): Promise<StoredPerson | null> {
  const row = await db.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toPerson(row) : null
}

export async function findByLogin(db: Database, login: string): Promise<StoredPerson | null> {
  const row = await db
    .selectFrom('person')
    .selectAll()
    .where('login', '=', normalLogin(login))
    .executeTakeFirst()
  return row ? toPerson(row) : null
}

export async function listPeople(db: Database): Promise<StoredPerson[]> {
  const rows = await db.selectFrom('person').selectAll().orderBy('name').orderBy('id').execute()
  return rows.map(toPerson)
}

export async function listDemoPeople(db: Database): Promise<StoredPerson[]> {
  const rows = await db
    .selectFrom('person')
    .selectAll()
    .where('demo', '=', true)
    .orderBy('created_at')
    .execute()
  return rows.map(toPerson)
}

export type NewPerson = {
  id: string
  login: string
  name: string
  role: Role
  demo: boolean
  disabled?: boolean
}

/** Null when the login is taken. Nobody is here before they have come for the first time. */
export async function insertPerson(db: Database, person: NewPerson): Promise<StoredPerson | null> {
  const row = await db
    .insertInto('person')
    .values({ ...person, login: normalLogin(person.login), gone_since: sql<Date>`clock_timestamp()` })
    .onConflict((clash) => clash.column('login').doNothing())
    .returningAll()
    .executeTakeFirst()
  return row ? toPerson(row) : null
}

/** The next version of the person; null when the login is somebody else's. The caller holds `holdOff`. */
export async function updatePerson(
  trx: Transaction,
  id: string,
  { login, name, role, disabled }: PersonBody,
): Promise<StoredPerson | null> {
  const other = await findByLogin(trx, login)
  if (other && other.id !== id) return null
  const row = await trx
    .updateTable('person')
    .set({ name, role, disabled, login: normalLogin(login), version: sql<number>`version + 1` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return toPerson(row)
}

/** Whether anybody but this person can sign in as an administrator. */
export async function hasOtherAdmin(
  trx: Transaction,
  id: string,
  { demo }: { demo: boolean },
): Promise<boolean> {
  let others = trx
    .selectFrom('person')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled', '=', false)
    .where('id', '<>', id)
  if (!demo) others = others.where('demo', '=', false)
  return (await others.limit(1).executeTakeFirst()) !== undefined
}

export async function setPasswordHash(db: Database, id: string, hash: string): Promise<void> {
  await db.updateTable('person').set({ password_hash: hash }).where('id', '=', id).execute()
}

export async function insertLink(
  db: Database,
  link: { hash: string; personId: string; expiresAt: Date },
): Promise<void> {
  const { hash, personId, expiresAt } = link
  await db
    .insertInto('sign_in_link')
    .values({ token_hash: hash, person_id: personId, expires_at: expiresAt })
    .execute()
}

/** Uses the link up; null when it is unknown, used or over. Of two at once, one gets it. */
export async function useLink(db: Database, hash: string, at: Date): Promise<string | null> {
  const row = await db
    .updateTable('sign_in_link')
    .set({ used_at: at })
    .where('token_hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .returning('person_id')
    .executeTakeFirst()
  return row?.person_id ?? null
}

export async function deleteLinks(db: Database, expiredBefore: Date): Promise<void> {
  await db.deleteFrom('sign_in_link').where('expires_at', '<', expiredBefore).execute()
}

export async function deleteLinksOf(db: Database, personId: string): Promise<void> {
  await db.deleteFrom('sign_in_link').where('person_id', '=', personId).execute()
}
