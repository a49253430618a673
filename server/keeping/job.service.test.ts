import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { S3Fault } from '../recording/s3.ts'
import { inTransaction } from '../storage/database.ts'
import { askRun, runJobs } from './job.service.ts'
import { isRuleJobOpen } from './job.store.ts'
import { type Place, startPlace } from './testing/place.ts'

let place: Place
beforeAll(async () => {
  place = await startPlace()
}, 90_000)
afterAll(() => place?.stop())

describe('a job that cannot be done', () => {
  it('is put off and says so, and others go on', async () => {
    const [stuck, goes] = [await place.plant('stuck'), await place.plant('other')]
    await sql`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'not this one' using errcode = 'P0007'; end $$`.execute(place.db)
    await sql`create trigger refuse before delete on wrap_up for each row
      when (old.conversation_id = ${sql.lit(stuck.conversationId)}::uuid) execute function refuse()`.execute(
      place.db,
    )
    const [first, second] = [await place.ask(stuck.visitorId), await place.ask(goes.visitorId)]
    await expect(runJobs(place.deps)).rejects.toMatchObject({ code: 'P0007' })
    expect(await place.jobOf(first)).toMatchObject({ phase: 'removing', fault: 'P0007', finishedAt: null })
    expect(await place.jobOf(second)).toMatchObject({ phase: 'done', fault: null })
    expect(place.found(goes.words)).toEqual([])
    // Not before its time.
    await runJobs(place.deps)
    expect(await place.jobOf(first)).toMatchObject({ phase: 'removing', fault: 'P0007' })
    await sql`drop trigger refuse on wrap_up`.execute(place.db)
    await sql`update keeping_job set due_at = now() where id = ${first}`.execute(place.db)
    await runJobs(place.deps)
    expect(await place.jobOf(first)).toMatchObject({ phase: 'done', fault: null })
    expect(place.found(stuck.words)).toEqual([])
  }, 90_000)

  it('because the store refuses a file is told as the store says it, and neither others nor the day’s rules wait for it', async () => {
    const [stuck, goes] = [await place.plant('refused'), await place.plant('taken')]
    const { recordings } = place.deps
    const erase = async (callId: string): Promise<void> => {
      if (callId === stuck.callId) throw new S3Fault(403, 'no', { code: 'S3 AccessDenied' })
      await recordings.erase(callId)
    }
    const run = () => runJobs({ ...place.deps, recordings: { erase } })
    const rules = newId()
    await askRun(place.db, place.admin, { id: rules, reason: 'As each month' })
    const [first, second] = [await place.ask(stuck.visitorId), await place.ask(goes.visitorId)]
    await expect(run()).rejects.toMatchObject({ status: 403 })
    expect(await place.jobOf(first)).toMatchObject({ phase: 'purging', fault: 'S3 AccessDenied' })
    expect([await place.jobOf(second), await place.jobOf(rules)]).toMatchObject([
      { phase: 'done' },
      { phase: 'done' },
    ])
    await sql`update keeping_job set kind = 'daily', due_at = now() where id = ${first}`.execute(place.db)
    expect(await inTransaction(place.db, isRuleJobOpen)).toBe(false)
    await runJobs(place.deps)
    expect(await place.jobOf(first)).toMatchObject({ phase: 'done', fault: null })
  }, 90_000)

  it('is done where the database keeps old files of its log for something else, and says that they are left', async () => {
    const one = await place.plant('slotted')
    const setting = async (change: string) => {
      await sql`alter system ${sql.raw(change)}`.execute(place.db)
      await sql`select pg_reload_conf()`.execute(place.db)
    }
    await setting(`set wal_keep_size = '4GB'`)
    try {
      const id = await place.ask(one.visitorId)
      await runJobs({ ...place.deps, checkpointsMs: Array<number>(10).fill(20) })
      expect(await place.jobOf(id)).toMatchObject({ phase: 'done', logLeft: true })
    } finally {
      await setting('reset wal_keep_size')
    }
  }, 90_000)
})
