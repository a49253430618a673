/** Rows of the servers that run over one database. */
import { sql } from 'kysely'
import type { Database, Transaction } from '../storage/database.ts'

/** A server that has said nothing for so long is dead. */
const DEAD_S = 10

const dead = sql<boolean>`seen_at < clock_timestamp() - make_interval(secs => ${DEAD_S})`

/** Takes the slot, from whoever had it. */
export async function takeSlot(trx: Transaction, self: { id: string; slot: string }): Promise<void> {
  await sql`insert into server_process (id, slot) values (${self.id}, ${self.slot})
    on conflict (slot) do update set id = excluded.id, seen_at = clock_timestamp()`.execute(trx)
}

/** False when somebody else has the slot, or thought us dead. */
export async function beat(db: Database, id: string): Promise<boolean> {
  const { rows } =
    await sql`update server_process set seen_at = clock_timestamp() where id = ${id} returning id`.execute(db)
  return rows.length > 0
}

/** Answers how many were dead and are there no more. */
export async function removeDead(trx: Transaction): Promise<number> {
  const { rows } = await sql`delete from server_process where ${dead} returning id`.execute(trx)
  return rows.length
}

export async function leaveSlot(trx: Transaction, id: string): Promise<void> {
  await trx.deleteFrom('server_process').where('id', '=', id).execute()
}

/** Ids of the other servers that live. */
export async function livingBeside(db: Database | Transaction, id: string): Promise<string[]> {
  const { rows } = await sql<{
    id: string
  }>`select id from server_process where id <> ${id} and not ${dead}`.execute(db)
  return rows.map((row) => row.id)
}

/** Whoever was last here on a server that is no more is gone from now on. */
export async function markLost(trx: Transaction): Promise<void> {
  for (const table of ['person', 'visitor']) {
    // In one order, as others lock several.
    await sql`
      with lost as (
        select id from ${sql.table(table)} one where gone_since is null and here_on is not null
          and not exists (select 1 from server_process s where s.id = one.here_on) order by id for no key update
      )
      update ${sql.table(table)} one set gone_since = clock_timestamp() from lost where lost.id = one.id`.execute(
      trx,
    )
  }
  await sql`
    update call_seat seat set gone_since = clock_timestamp()
    from call k join conversation c on c.id = k.conversation_id join visitor v on v.id = c.visitor_id
    where k.id = seat.call_id and k.ended_at is null and seat.holder is not null and seat.left_at is null
      and seat.gone_since is null and case when seat.seat_id = 'visitor' then v.gone_since is not null
        else exists (select 1 from person p where p.id = coalesce(seat.person_id, k.agent_id) and p.gone_since is not null)
        end`.execute(trx)
}

/** Of these, who is taken for gone. */
export async function takenForGone(
  db: Database,
  table: 'person' | 'visitor',
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom(table)
    .select('id')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('gone_since', 'is not', null)
    .execute()
  return rows.map(({ id }) => id)
}
