import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { runJobs } from './job.service.ts'
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
