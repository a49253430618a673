import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { insertPerson } from '../agent/person.store.ts'
import { auditPage, writeDeed } from '../audit/audit.store.ts'
import { createBus } from '../bus.ts'
import { createRecordings } from '../recording/recordings.ts'
import { addSite } from '../site/site.service.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { inTransaction } from '../storage/database.ts'
import { lockVisitor } from '../visitor/visitor.store.ts'
import { insertHold } from './hold.store.ts'
import type { KeepingRule, Verdict } from './keeping.ts'
import { removeDoomed, removeTalk } from './removal.service.ts'
import { type Ground, plant, type Planted } from './testing/plant.ts'

let test: TestDatabase
let ground: Ground
beforeAll(async () => {
  test = await createTestDatabase()
  const { db } = test
  const personId = newId()
  await insertPerson(db, { id: personId, login: 'root', name: 'Root', role: 'admin', demo: false })
  const site = await addSite(db, { name: 'Shop', origins: ['https://shop.example'] })
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-removal-'))
  ground = { db, dataDir, siteId: site.id, personId }
})
afterAll(async () => {
  await test.drop()
  await rm(ground.dataDir, { recursive: true })
})

const DAY = 86_400_000
const rule = (what: 'keep' | 'delete', data: KeepingRule['data'], days: number): KeepingRule => ({
  ...{ what, data, days, queueId: null, medium: null },
})

async function apply(rules: KeepingRule[], { conversationId }: Planted): Promise<Verdict | null> {
  const { db, dataDir, personId } = ground
  const config = { dataDir }
  const deps = { db, bus: createBus(), config, recordings: createRecordings({ db, config }) }
  const by = { personId, name: 'Root' }
  return await removeTalk(
    deps,
    { job: newId(), by, asked: 'rule', rules: async () => rules, now: Date.now() },
    conversationId,
  )
}

async function left({ callId, conversationId, attachmentId }: Planted) {
  const count = async (table: 'segment' | 'stored_recording' | 'transcript' | 'transcript_piece') =>
    (await test.db.selectFrom(table).select('call_id').where('call_id', '=', callId).execute()).length
  const of = async (table: 'spoken_line' | 'spoken_correction' | 'conversation_event') =>
    (
      await test.db
        .selectFrom(table)
        .select('conversation_id')
        .where('conversation_id', '=', conversationId)
        .execute()
    ).length
  const file = await test.db.selectFrom('attachment').select('id').where('id', '=', attachmentId).execute()
  return {
    recording: [await count('segment'), await count('stored_recording')],
    transcript: [
      ...[await count('transcript'), await count('transcript_piece')],
      ...[await of('spoken_line'), await of('spoken_correction')],
    ],
    rest: [await of('conversation_event'), file.length],
  }
}
const whole = { recording: [1, 1], transcript: [1, 1, 1, 1], rest: [3, 1] }

it('a transcript outlives its recording where a rule says so, goes by its own limit, and with its recording otherwise', async () => {
  const ago = Date.now() - 20 * DAY
  const [one, two, three] = [
    await plant(ground, 'one', ago),
    await plant(ground, 'two', ago),
    await plant(ground, 'three', ago),
  ]
  const sound = rule('delete', 'recording', 10)
  await apply([sound, rule('keep', 'transcript', 90)], one)
  expect(await left(one)).toEqual({ ...whole, recording: [0, 0] })
  // Its duty is over: nothing else keeps it.
  await apply([sound, rule('keep', 'transcript', 15)], one)
  expect(await left(one)).toEqual({ ...whole, recording: [0, 0], transcript: [0, 0, 0, 0] })
  await apply([rule('delete', 'transcript', 10)], two)
  expect(await left(two)).toEqual({ ...whole, transcript: [0, 0, 0, 0] })
  await apply([sound], two)
  await apply([sound], three)
  const without = { ...whole, recording: [0, 0], transcript: [0, 0, 0, 0] }
  expect([await left(two), await left(three)]).toEqual([without, without])
  const deeds = await test.db
    .selectFrom('audit_entry')
    .select('facts')
    .where('action', '=', 'erased')
    .where('subject_id', '=', three.conversationId)
    .execute()
  expect(deeds.map(({ facts }) => JSON.parse(facts ?? '').data)).toEqual([['recording', 'transcript']])
})

it('the audit log knows of which conversations nothing is left to be led to', async () => {
  const [stays, goes] = [await plant(ground, 'stays'), await plant(ground, 'goes', Date.now() - 20 * DAY)]
  const by = { personId: ground.personId, name: 'Root' }
  for (const { conversationId: subjectId } of [stays, goes])
    await writeDeed(test.db, by, { action: 'viewed', kind: 'conversation', subjectId })
  await apply([rule('delete', 'conversation', 10)], goes)
  const goneOf = async ({ conversationId: subject }: Planted) =>
    new Set((await auditPage(test.db, { subject })).entries.map(({ gone }) => gone))
  expect([await goneOf(stays), await goneOf(goes)]).toEqual([new Set([false]), new Set([true])])
})

it('a hold that is being placed on the visitor is waited for, and holds', async () => {
  const talk = await plant(ground, 'held', Date.now() - 20 * DAY)
  const { visitorId } = talk
  let removing: Promise<Verdict | null> | undefined
  await inTransaction(test.db, async (trx) => {
    await lockVisitor(trx, visitorId)
    const hold = { id: newId(), visitorId, conversationId: null, reason: 'A court', byId: ground.personId }
    await insertHold(trx, hold)
    let settled = false
    removing = apply([rule('delete', null, 10)], talk).finally(() => {
      settled = true
    })
    while (!settled && !(await somebodyWaits())) await setImmediate()
    expect(settled).toBe(false)
  })
  expect(await removing).toEqual({ goes: false, why: 'held', until: null })
  expect(await left(talk)).toEqual(whole)
})

/** For a lock, in this database. */
async function somebodyWaits(): Promise<boolean> {
  const { rows } = await sql`select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(test.db)
  return rows.length > 0
}

it('a duty of a queue that it was in counts although it ended in another', async () => {
  const [queue, last] = [newId(), newId()]
  const planted = await plant(ground, 'passed', Date.now() - 20 * DAY)
  await test.db
    .updateTable('conversation')
    .set({ queue_id: null, queue_ids: [queue, last] })
    .where('id', '=', planted.conversationId)
    .execute()
  const [limit, duty] = [rule('delete', null, 10), { ...rule('keep', null, 90), queueId: queue }]
  await apply([limit, duty], planted)
  expect(await left(planted)).toEqual(whole)
  await apply([limit], planted)
  expect((await left(planted)).rest).toEqual([0, 0])
})

describe('files that cannot be got rid of', () => {
  const job = newId()
  /** `erases`: whether that recording can be. */
  function removal(erases: (callId: string) => boolean) {
    const asked: string[] = []
    const erase = async (callId: string): Promise<void> => {
      asked.push(callId)
      if (!erases(callId)) throw new Error('refused')
    }
    const { db, dataDir } = ground
    return { asked, deps: { db, bus: createBus(), config: { dataDir }, recordings: { erase } } }
  }
  const doomed = () => test.db.selectFrom('doomed_file').select(['kind', 'id']).execute()
  const doom = (kind: 'recording' | 'attachment', ids: string[]) =>
    test.db
      .insertInto('doomed_file')
      .values(ids.map((id) => ({ kind, id, job_id: job })))
      .execute()
  afterEach(() => test.db.deleteFrom('doomed_file').execute())

  it('are tried once with their conversation, not again with each that follows', async () => {
    const { asked, deps } = removal(() => false)
    const by = { personId: ground.personId, name: 'Root' }
    const rules = async () => [rule('delete', null, 10)]
    const order = { job, by, asked: 'rule' as const, rules, now: Date.now() }
    const planted: Planted[] = []
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      planted.push(await plant(ground, name, Date.now() - 20 * DAY))
    for (const { conversationId } of planted) await removeTalk(deps, order, conversationId)
    expect(asked).toEqual(planted.map(({ callId }) => callId))
    expect((await doomed()).map(({ id }) => id).sort()).toEqual([...asked].sort())
    await expect(removeDoomed(deps, job)).rejects.toThrow('refused')
  })

  it('keep none of those behind them, however many they are', async () => {
    const calls = Array.from({ length: 201 }, () => newId())
    const [attachment, last] = [newId(), newId()]
    await doom('recording', [...calls, last])
    await doom('attachment', [attachment])
    const { asked, deps } = removal((callId) => callId === last)
    await expect(removeDoomed(deps, job)).rejects.toThrow('refused')
    expect(asked).toEqual([...calls, last])
    expect((await doomed()).map(({ id }) => id).sort()).toEqual(calls)
  })

  it('keep no other job from its end', async () => {
    const [theirs, both] = [newId(), newId()]
    await doom('recording', [theirs, both])
    const { asked, deps } = removal(() => false)
    const other = newId()
    await removeDoomed(deps, other)
    // Of two jobs, both wait for it.
    await test.db.updateTable('doomed_file').set({ job_id: null }).where('id', '=', both).execute()
    await expect(removeDoomed(deps, other)).rejects.toThrow('refused')
    expect(asked).toEqual([both])
  })

  it('of two jobs keep both', async () => {
    const talk = await plant(ground, 'twice', Date.now() - 20 * DAY)
    const { deps } = removal(() => false)
    const by = { personId: ground.personId, name: 'Root' }
    const remove = (id: string, rules: KeepingRule[]) =>
      removeTalk(
        deps,
        { job: id, by, asked: 'rule', rules: async () => rules, now: Date.now() },
        talk.conversationId,
      )
    const [first, second] = [newId(), newId()]
    await remove(first, [rule('delete', 'recording', 10)])
    await removeDoomed(deps, second)
    await remove(second, [rule('delete', null, 10)])
    await expect(removeDoomed(deps, first)).rejects.toThrow('refused')
    await expect(removeDoomed(deps, second)).rejects.toThrow('refused')
  })
})
