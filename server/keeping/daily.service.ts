/** The rules of keeping applying themselves once a day, where somebody has said so. */
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { findPerson } from '../agent/person.store.ts'
import { type Changer, writeDeed } from '../audit/audit.store.ts'
import type { DailyInput, DailyState } from '../contract/keeping.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import { dayAfter, instantOf, wallAt } from '../hours/wall-clock.policy.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { insertJob, isRuleJobOpen } from './job.store.ts'
import { rulesOf } from './rules.store.ts'

/** Of whatever the setting is there is one. */
const SUBJECT = '00000000-0000-0000-0000-000000000000'

export async function readDaily(db: Database): Promise<DailyState> {
  const row = await db.selectFrom('keeping_daily').selectAll().executeTakeFirst()
  return { daily: row ? { hour: row.hour, timeZone: row.time_zone } : null }
}

export async function setDaily(
  db: Database,
  caller: Changer,
  { daily, reason }: DailyInput,
): Promise<DailyState> {
  await inTransaction(db, async (trx) => {
    if (daily) {
      const due = new Date(nextAt(daily, await clockOf(trx)))
      const values = { hour: daily.hour, time_zone: daily.timeZone, by_id: caller.personId, due_at: due }
      await trx
        .insertInto('keeping_daily')
        .values(values)
        .onConflict((clash) => clash.column('singleton').doUpdateSet(values))
        .execute()
    } else await trx.deleteFrom('keeping_daily').execute()
    const deed = { action: 'changed', kind: 'keepingDaily', subjectId: SUBJECT, facts: { daily } } as const
    await writeDeed(trx, caller, { ...deed, reason })
  })
  return { daily }
}

/** Takes down the day's job when it is time. Of several servers one does; a day on which none ran is made up for once. */
export async function beginDaily(db: Database): Promise<void> {
  await inTransaction(db, async (trx) => {
    const row = await trx
      .selectFrom('keeping_daily')
      .selectAll()
      .where('due_at', '<=', sql<Date>`clock_timestamp()`)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (!row) return
    const due = new Date(nextAt({ hour: row.hour, timeZone: row.time_zone }, await clockOf(trx)))
    await trx.updateTable('keeping_daily').set({ due_at: due }).execute()
    const deletes = (await rulesOf(trx)).some(({ what }) => what === 'delete')
    // One that is at it still does all there is to do.
    if (!deletes || (await isRuleJobOpen(trx))) return
    const [id, person] = [newId(), await findPerson(trx, row.by_id)]
    await insertJob(trx, { id, kind: 'daily', byId: row.by_id, visitorIds: [] })
    const by = { personId: row.by_id, name: person?.name ?? '' }
    const facts = { daily: true }
    await writeDeed(trx, by, { action: 'applied', kind: 'keepingRule', subjectId: id, facts })
  })
}

/** The next time after `now` (ms) that the wall shows that hour. */
export function nextAt({ hour, timeZone }: NonNullable<DailyState['daily']>, now: number): number {
  const { date } = wallAt(timeZone, now)
  const minutes = hour * 60
  const today = instantOf(timeZone, { date, minutes })
  return today > now ? today : instantOf(timeZone, { date: dayAfter(date), minutes })
}
