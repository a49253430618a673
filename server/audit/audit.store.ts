/**
 * Who changed, saw or took what: written in the transaction of the deed itself, never altered. An entry holds ids and figures
 * alone and is hung into a chain soon after (`chain.service.ts`). Names and bodies lie apart, known to the entry by their
 * digest, so that they can be erased without breaking the chain.
 */
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import type { StaffCaller } from '../caller/caller.ts'
import {
  AT_THE_MACHINE,
  type AuditEntry,
  type AuditPage,
  type AuditQuery,
} from '../contract/configuration.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { contentDigest } from './chain.ts'

const PAGE = 50

export type Change = Pick<AuditEntry, 'action' | 'kind' | 'subjectId' | 'before' | 'after'>

/** What was done without changing anything: `facts` are ids, times and figures, never words of people. */
export type Deed = Pick<AuditEntry, 'action' | 'kind' | 'subjectId'> & {
  id?: string
  facts?: Readonly<Record<string, unknown>> | null
  /** In their own words, why. Lies apart. */
  reason?: string
}

/** Who changes: a member of staff, or somebody at the machine itself. */
export type Changer = Pick<StaffCaller, 'personId' | 'name'>

export const atTheMachine: Changer = { personId: AT_THE_MACHINE.id, name: AT_THE_MACHINE.name }

/** What lies apart. */
type Content = { name: string; before?: unknown; after?: unknown; reason?: string }

export async function writeAudit(trx: Transaction, by: Changer, changes: Change[]): Promise<void> {
  await write(
    trx,
    by,
    changes.map(({ before, after, ...deed }) => ({ deed, content: { name: by.name, before, after } })),
  )
}

/** In a transaction where there is one to be part of. */
export async function writeDeed(db: Database | Transaction, by: Changer, deed: Deed): Promise<void> {
  const { reason, ...rest } = deed
  const content = { name: by.name, ...(reason === undefined ? {} : { reason }) }
  await write(db, by, [{ deed: rest, content }])
}

async function write(
  db: Database | Transaction,
  by: Changer,
  all: { deed: Omit<Deed, 'reason'>; content: Content }[],
): Promise<void> {
  if (all.length === 0) return
  const rows = all.map(({ deed, content }) => {
    const [salt, body, id] = [randomBytes(16), JSON.stringify(content), deed.id ?? newId()]
    const { action, kind, subjectId, facts } = deed
    const entry = {
      ...{ id, person_id: by.personId, action, kind, subject_id: subjectId },
      facts: facts ? JSON.stringify(facts) : null,
      content_digest: contentDigest(salt, body),
    }
    return { entry, content: { entry_id: id, salt, body } }
  })
  // One statement, so that outside a transaction, too, no entry is ever without its words.
  await db
    .with('entry', (q) =>
      q
        .insertInto('audit_entry')
        .values(rows.map(({ entry }) => entry))
        .returning('id'),
    )
    .insertInto('audit_content')
    .values(rows.map(({ content }) => content))
    .execute()
}

export type StoredDeed = {
  personId: string
  action: string
  subjectId: string
  at: Date
  facts: Record<string, unknown> | null
}

/** Null: no such entry. */
export async function findDeed(db: Database | Transaction, id: string): Promise<StoredDeed | null> {
  const row = await db
    .selectFrom('audit_entry')
    .select(['person_id', 'action', 'subject_id', 'at', 'facts'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const { person_id: personId, action, subject_id: subjectId, at } = row
  return { personId, action, subjectId, at, facts: factsOf(row.facts) }
}

const factsOf = (text: string | null) =>
  text === null ? null : (JSON.parse(text) as Record<string, unknown>)

/** A page of entries, newest first. `before`: the `next` of the page before. */
export async function auditPage(db: Database, query: AuditQuery): Promise<AuditPage> {
  const { before, kind, action, person, subject, from, to } = query
  let rows = db
    .selectFrom('audit_entry')
    .leftJoin('audit_content', 'audit_content.entry_id', 'audit_entry.id')
    .leftJoin('person', 'person.id', 'audit_entry.subject_id')
    .leftJoin('conversation as talk', 'talk.id', 'audit_entry.subject_id')
    .leftJoin('person as doer', 'doer.id', 'audit_entry.person_id')
    .select(['audit_entry.id', 'at', 'person_id', 'action', 'kind', 'subject_id', 'facts', 'body'])
    .select(['person.name as called', 'doer.name as done_by', 'talk.id as talk_id'])
  if (before !== undefined) rows = rows.where('audit_entry.id', '<', sql<string>`${before}::uuid`)
  if (kind !== undefined) rows = rows.where('kind', '=', kind)
  if (action !== undefined) rows = rows.where('action', '=', action)
  if (person !== undefined) rows = rows.where('person_id', '=', person)
  if (subject !== undefined) rows = rows.where('subject_id', '=', subject)
  if (from !== undefined) rows = rows.where('at', '>=', new Date(Number(from)))
  if (to !== undefined) rows = rows.where('at', '<', new Date(Number(to)))
  const found = await rows
    .orderBy('audit_entry.id', 'desc')
    .limit(PAGE + 1)
    .execute()
  const entries = found.slice(0, PAGE).map((row): AuditEntry => {
    const content = row.body === null ? null : (JSON.parse(row.body) as Content)
    const [was, is] = [shown(row.kind, content?.before), shown(row.kind, content?.after)]
    return {
      id: row.id,
      at: row.at.getTime(),
      person: { id: row.person_id, name: content?.name ?? row.done_by ?? '' },
      action: row.action as AuditEntry['action'],
      kind: row.kind,
      subjectId: row.subject_id,
      subject: nameIn(is) ?? nameIn(was) ?? row.called,
      gone: row.kind === 'conversation' && row.talk_id === null,
      before: was,
      after: is,
      facts: factsOf(row.facts),
      reason: content?.reason ?? null,
    }
  })
  return { entries, next: found.length > PAGE ? (entries.at(-1)?.id ?? null) : null }
}

/**
 * A body as it is read here. What a score came to is its review's to tell, to whom and when that may be seen: the log proves it,
 * and whoever still scores the same conversation blind does not find it here.
 */
function shown(kind: string, body: unknown): unknown {
  if (kind !== 'review' || typeof body !== 'object' || body === null) return body ?? null
  return Object.fromEntries(Object.entries(body).filter(([name]) => !name.startsWith('points')))
}

function nameIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('name' in body)) return null
  return typeof body.name === 'string' ? body.name : null
}
