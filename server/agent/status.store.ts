/** How people are set, and each change of it with its time. */
import { type Selectable, sql } from 'kysely'
import type { Bus } from '../bus.ts'
import type { Standing, Status, StatusChange } from '../contract/desk.ts'
import { type Database, onCommit, type Transaction } from '../storage/database.ts'
import type { Person } from '../storage/database.generated.ts'

type Named = { id: string; name: string }
export type Setting = {
  status: Status
  /** Why away. */
  reason?: Named | null
  /** Who sets it; absent: the system. */
  by?: Named
  /** Only for those who are set so now. */
  from?: readonly Status[]
}

const columns = ['status', 'status_since', 'away_reason_id', 'away_reason', 'status_by'] as const
type Row = Pick<Selectable<Person>, (typeof columns)[number]>

const toStanding = (row: Row): Standing => ({
  status: row.status as Status,
  since: row.status_since.getTime(),
  reason:
    row.away_reason_id !== null && row.away_reason !== null
      ? { id: row.away_reason_id, name: row.away_reason }
      : null,
  by: row.status_by,
})

export async function standingOf(db: Database | Transaction, personId: string): Promise<Standing | null> {
  const row = await db.selectFrom('person').select(columns).where('id', '=', personId).executeTakeFirst()
  return row ? toStanding(row) : null
}

/**
 * Sets a person's status, writes it down and tells it after the commit. Setting the same again changes nothing. Locks the person's
 * row, in a way that lets others refer to it; whoever also locks a conversation does so before. Answers whether it was changed.
 */
export async function setStatus(
  trx: Transaction,
  bus: Bus,
  personId: string,
  { status, reason = null, by, from }: Setting,
): Promise<boolean> {
  const row = await trx
    .selectFrom('person')
    .select(columns)
    .where('id', '=', personId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!row || (from && !from.includes(row.status as Status))) return false
  if (row.status === status && row.away_reason_id === (reason?.id ?? null)) return false
  const forced = by !== undefined && by.id !== personId
  const next = await trx
    .updateTable('person')
    .set({
      status,
      status_since: sql<Date>`clock_timestamp()`,
      away_reason_id: reason?.id ?? null,
      away_reason: reason?.name ?? null,
      status_by: forced ? by.name : null,
    })
    .where('id', '=', personId)
    .returning(columns)
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('agent_status_log')
    .values({
      person_id: personId,
      at: next.status_since,
      from_status: row.status,
      to_status: status,
      reason_id: reason?.id ?? null,
      reason: reason?.name ?? null,
      by_person_id: by?.id ?? null,
    })
    .execute()
  onCommit(trx, () => bus.emit('status', { personId, ...toStanding(next) }))
  return true
}

/** The changes of one person's status between two instants, oldest first. */
export async function statusChanges(
  db: Database,
  { personId, from, to }: { personId: string; from: number; to: number },
): Promise<StatusChange[]> {
  const rows = await db
    .selectFrom('agent_status_log as change')
    .leftJoin('person as setter', 'setter.id', 'change.by_person_id')
    .select(['change.at', 'change.from_status', 'change.to_status', 'change.reason', 'change.by_person_id'])
    .select('setter.name as setter')
    .where('change.person_id', '=', personId)
    .where('change.at', '>=', new Date(from))
    .where('change.at', '<', new Date(to))
    .orderBy('change.at')
    .orderBy('change.id')
    .execute()
  return rows.map((row) => ({
    at: row.at.getTime(),
    from: row.from_status as Status,
    to: row.to_status as Status,
    reason: row.reason,
    by: row.by_person_id === null ? null : { id: row.by_person_id, name: row.setter ?? '' },
  }))
}
