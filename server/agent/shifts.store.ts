/** Rows of many people's day: who they are, and how they were set. */
import { sql } from 'kysely'
import type { Status, StatusChange } from '../contract/desk.ts'
import { rolesThat } from '../permission/permission.ts'
import type { Database } from '../storage/database.ts'
import type { DayMaterial } from './day.policy.ts'

type Asked = { from: number; to: number; most: number; among: readonly string[] | null }
export type Set = { id: string; name: string } & Pick<DayMaterial, 'before' | 'changes'>

/**
 * Those who serve, and those who have gone since but were set otherwise on that day; by name, at most `most`. `among`: only of
 * these ids.
 */
export async function readShifts(db: Database, asked: Asked): Promise<Set[]> {
  const people = await peopleOf(db, asked)
  const changes = await changesOf(db, { ...asked, ids: people.map(({ id }) => id) })
  return people.map(({ id, name, status, reason }) => ({
    ...{ id, name, before: { status, reason, by: null }, changes: changes.get(id) ?? [] },
  }))
}

type Person = { id: string; name: string; status: Status; reason: string | null }

/** How they were set when the day began: as the last change before it says, else the first after it, else as they are. */
async function peopleOf(db: Database, { from, to, most, among }: Asked): Promise<Person[]> {
  const [begin, end] = [new Date(from), new Date(to)]
  const { rows } = await sql<Person>`
    select p.id, p.name, coalesce(earlier.to_status, later.from_status, p.status) as status, earlier.reason
    from person p
      left join lateral (select to_status, reason from agent_status_log
        where person_id = p.id and at < ${begin} order by at desc, id desc limit 1) earlier on true
      left join lateral (select from_status from agent_status_log
        where earlier.to_status is null and person_id = p.id order by at, id limit 1) later on true
    where (${among}::uuid[] is null or p.id = any(${among}::uuid[]))
      and (p.role = any(${rolesThat('serve')}::text[]) and not p.disabled
        or exists (select 1 from agent_status_log where person_id = p.id and at >= ${begin} and at < ${end}))
    order by lower(p.name), p.id limit ${most}`.execute(db)
  return rows
}

async function changesOf(
  db: Database,
  { ids, from, to }: { ids: readonly string[]; from: number; to: number },
): Promise<Map<string, StatusChange[]>> {
  const rows = await db
    .selectFrom('agent_status_log')
    .select(['person_id', 'at', 'from_status', 'to_status', 'reason'])
    .where('person_id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('at', '>=', new Date(from))
    .where('at', '<', new Date(to))
    .orderBy('at')
    .orderBy('id')
    .execute()
  const changes = rows.map(({ person_id, at, from_status, to_status, reason }) => ({
    ...{
      id: person_id,
      at: at.getTime(),
      from: from_status as Status,
      to: to_status as Status,
      reason,
      by: null,
    },
  }))
  return Map.groupBy(changes, ({ id }) => id)
}
