/** Who changed what: written in the transaction of the change itself, never altered. */
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

const PAGE = 50

export type Change = Pick<AuditEntry, 'action' | 'kind' | 'subjectId' | 'before' | 'after'>

/** Who changes: a member of staff, or somebody at the machine itself. */
export type Changer = Pick<StaffCaller, 'personId' | 'name'>

export const atTheMachine: Changer = { personId: AT_THE_MACHINE.id, name: AT_THE_MACHINE.name }

export async function writeAudit(trx: Transaction, by: Changer, changes: Change[]): Promise<void> {
  if (changes.length === 0) return
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value))
  await trx
    .insertInto('audit_entry')
    .values(
      changes.map(({ action, kind, subjectId, before, after }) => ({
        id: newId(),
        person_id: by.personId,
        person_name: by.name,
        ...{ action, kind, subject_id: subjectId, before: json(before), after: json(after) },
      })),
    )
    .execute()
}

/** A page of entries, newest first. `before`: the `next` of the page before. */
export async function auditPage(db: Database, query: AuditQuery): Promise<AuditPage> {
  const { before, kind, action, person, subject, from, to } = query
  let rows = db
    .selectFrom('audit_entry')
    .leftJoin('person', 'person.id', 'audit_entry.subject_id')
    .selectAll('audit_entry')
    .select('person.name as called')
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
  const entries = found.slice(0, PAGE).map(
    (row): AuditEntry => ({
      id: row.id,
      at: row.at.getTime(),
      person: { id: row.person_id, name: row.person_name },
      action: row.action as AuditEntry['action'],
      kind: row.kind,
      subjectId: row.subject_id,
      subject: nameIn(row.after) ?? nameIn(row.before) ?? row.called,
      before: row.before,
      after: row.after,
    }),
  )
  return { entries, next: found.length > PAGE ? (entries.at(-1)?.id ?? null) : null }
}

function nameIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('name' in body)) return null
  return typeof body.name === 'string' ? body.name : null
}
