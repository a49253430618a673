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

export const standingColumns = [
  'status',
  'status_since',
  'away_reason_id',
  'away_reason',
  'status_by',
] as const
/** How a person's row says that they stand. */
export type Stands = Pick<Selectable<Person>, (typeof standingColumns)[number]>

const toStanding = (row: Stands): Standing => ({
  status: row.status as Status,
  since: row.status_since.getTime(),
  reason:
    row.away_reason_id !== null && row.away_reason !== null
      ? { id: row.away_reason_id, name: row.away_reason }
      : null,
  by: row.status_by,
})

export async function standingOf(db: Database | Transaction, personId: string): Promise<Standing | null> {
  const row = await db
    .selectFrom('person')
    .select(standingColumns)
    .where('id', '=', personId)
    .executeTakeFirst()
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
  setting: Setting,
): Promise<boolean> {
  const row = await trx
    .selectFrom('person')
    .select(standingColumns)
    .where('id', '=', personId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row !== undefined && (await changeStatus(trx, bus, personId, { ...setting, was: row }))
}

/** The same where the caller has locked the person's row and knows how it stands. */
export async function changeStatus(
  trx: Transaction,
  bus: Bus,
  personId: string,
  { status, reason = null, by, from, was }: Setting & { was: Stands },
): Promise<boolean> {
  if (from && !from.includes(was.status as Status)) return false
  if (was.status === status && was.away_reason_id === (reason?.id ?? null)) return false
  const forced = by !== undefined && by.id !== personId
  const next = await trx
    .with('next', (query) =>
      query
        .updateTable('person')
        .set({
          status,
          status_since: sql<Date>`clock_timestamp()`,
          away_reason_id: reason?.id ?? null,
          away_reason: reason?.name ?? null,
          status_by: forced ? by.name : null,
        })
        .where('id', '=', personId)
        .returning(standingColumns),
    )
    .with('logged', (query) =>
      query
        .insertInto('agent_status_log')
        .columns(['person_id', 'at', 'from_status', 'to_status', 'reason_id', 'reason', 'by_person_id'])
        .expression((e) =>
          e
            .selectFrom('next')
            .select([
              sql<string>`${personId}::uuid`.as('person_id'),
              'next.status_since as at',
              sql<string>`${was.status}::text`.as('from_status'),
              'next.status as to_status',
              'next.away_reason_id as reason_id',
              'next.away_reason as reason',
              sql<string | null>`${by?.id ?? null}::uuid`.as('by_person_id'),
            ]),
        ),
    )
    .selectFrom('next')
    .select(standingColumns)
    .executeTakeFirstOrThrow()
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
