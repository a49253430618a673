/** Nothing of an erased person is left in the raw bytes of the whole data folder, and no moment of dying leaves anything behind. */
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import sharp from 'sharp'
import { v7 as newId } from 'uuid'
import { startTestPostgres, type TestPostgres } from '../../scripts/setup/test-database.ts'
import { insertPerson } from '../agent/person.store.ts'
import { bindAttachments, openAttachment, upload } from '../attachment/attachment.service.ts'
import { linkEntries } from '../audit/chain.service.ts'
import { verifyAudit } from '../audit/verify.service.ts'
import { createBus } from '../bus.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { saveItem } from '../configuration/configuration.service.ts'
import { createRecordings } from '../recording/recordings.ts'
import { addSite } from '../site/site.service.ts'
import { type Database, inTransaction, openDatabase } from '../storage/database.ts'
import { migrateUp } from '../storage/migrate.ts'
import { mergeVisitors } from '../visitor/merge.store.ts'
import { held } from './holdings.ts'
import { placeHold, releaseHold } from './hold.service.ts'
import { askErasure, askRun, previewOf, ruleOf, rulesOf, runJobs } from './job.service.ts'
import { listJobs, wakeJobs } from './job.store.ts'
import { dyingDatabase } from './testing/dying.ts'
import { type Ground, plant, type Planted } from './testing/plant.ts'
import { scanFolder } from './testing/scan.ts'

let postgres: TestPostgres
let db: Database
let ground: Ground
let admin: StaffCaller
const bus = createBus()
const deps = () => {
  const config = { dataDir: ground.dataDir }
  return { db, bus, config, recordings: createRecordings({ db, config }) }
}

beforeAll(async () => {
  postgres = await startTestPostgres(process.env)
  db = openDatabase(postgres.url, () => undefined)
  await migrateUp(db)
  const personId = newId()
  await insertPerson(db, { id: personId, login: 'root', name: 'Root', role: 'admin', demo: false })
  admin = { kind: 'staff', personId, name: 'Root', role: 'admin', queues: [] }
  const site = await addSite(db, { name: 'Shop', origins: ['https://shop.example'] })
  ground = { db, dataDir: path.join(postgres.folder, 'data'), siteId: site.id, personId }
}, 90_000)
afterAll(async () => {
  await db?.destroy()
  await postgres?.stop()
})

const ask = async (...visitors: string[]) => {
  const id = newId()
  await askErasure(db, admin, { id, visitors, reason: 'They asked for it' })
  return id
}
const jobOf = async (id: string) => (await listJobs(db)).find((job) => job.id === id)
/** What of the words is anywhere in the bytes. */
const found = (words: string[]) =>
  [...scanFolder(postgres.folder, words)].flatMap(([word, files]) => (files.length > 0 ? [word] : []))

/** A picture as visitors send it. Returns a word in it, and bytes by which its key, it and its preview are found as they lie. */
async function send({ visitorId, conversationId }: Planted) {
  const word = `canary.sent.${newId()}`
  const picture = await sharp({ create: { width: 900, height: 300, channels: 3, background: '#006a6f' } })
    .withExif({ IFD0: { ImageDescription: word } })
    .jpeg()
    .toBuffer()
  expect(picture.includes(word)).toBe(true)
  const uploader = { kind: 'visitor', id: visitorId } as const
  const files = { config: { dataDir: ground.dataDir }, now: () => new Date() }
  const given = { name: 'shoe.jpg', body: Readable.from([picture]), declared: picture.length }
  const { id } = await upload(db, files, uploader, given)
  await inTransaction(db, (trx) => bindAttachments(trx, { conversationId, uploader, ids: [id] }))
  const row = await db.selectFrom('attachment').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const lies = ['.sealed', '.webp.sealed'].map((ending) =>
    path.join(ground.dataDir, 'attachments', id + ending),
  )
  const sealed = await Promise.all(lies.map(async (file) => (await readFile(file)).subarray(40, 72)))
  const key = row.wrapped_key ?? Buffer.alloc(0)
  return { id, word, bytes: [key, ...sealed].map((bytes) => bytes.toString('latin1')) }
}

async function readFileOf(id: string): Promise<string | null> {
  const file = await openAttachment({ db, config: { dataDir: ground.dataDir } }, id, 'file')
  return file && Buffer.concat(await file.read().toArray()).toString('latin1')
}

async function rowsOf({ conversationId, visitorId }: Planted): Promise<string[]> {
  const left: string[] = []
  for (const [table, { conversation, visitor }] of held) {
    for (const rows of [conversation?.(conversationId), visitor?.(visitorId)]) {
      if (!rows) continue
      const answer = await sql`select 1 from ${sql.table(table)} where ${rows}`.execute(db)
      // That it was erased, and why, is the audit log's.
      if (answer.rows.length > 0 && table !== 'audit_content') left.push(table)
    }
  }
  return left
}

it('each table that is said to hold something is planted with it', async () => {
  const one = await plant(ground, 'every')
  const tables = held.flatMap(([table, { conversation, visitor }]) =>
    conversation || visitor ? [table] : [],
  )
  expect([...new Set(await rowsOf(one))].sort()).toEqual(
    tables.filter((table) => table !== 'audit_content').sort(),
  )
})

describe('an erasure', () => {
  it('leaves no byte of the person in the data folder, and every byte of others', async () => {
    const [gone, stays] = [await plant(ground, 'gone'), await plant(ground, 'stays')]
    // Of what is sealed no word lies anywhere, before or after: its key does, and bytes that only the key opens.
    const sent = { gone: await send(gone), stays: await send(stays) }
    const goes = [...gone.words, ...sent.gone.bytes]
    const remains = [...stays.words, ...sent.stays.bytes]
    await linkEntries(deps())
    // Samples of columns, as PostgreSQL takes them by itself, and all of it on disk.
    await sql`analyze`.execute(db)
    await sql`checkpoint`.execute(db)
    expect(found([...goes, sent.gone.word, sent.stays.word])).toEqual(goes)
    expect(await readFileOf(sent.gone.id)).toContain(sent.gone.word)
    const id = await ask(gone.visitorId)
    await runJobs(deps())
    expect(await jobOf(id)).toMatchObject({ phase: 'done', removed: 2, kept: 0, logLeft: false })
    expect(found([...goes, sent.gone.word])).toEqual([])
    expect(found(remains)).toEqual(remains)
    expect(await rowsOf(gone)).toEqual([])
    expect(await readFileOf(sent.gone.id)).toBeNull()
    expect(await readFileOf(sent.stays.id)).toContain(sent.stays.word)
    await linkEntries(deps())
    const report = await verifyAudit(deps())
    expect(report).toMatchObject({ faults: [], waiting: 0 })
    expect(report.erased).toBeGreaterThanOrEqual(2)
  }, 90_000)

  it('goes on to its end after the death of the server at any moment, and after many', async () => {
    const one = await plant(ground, 'dies')
    const whole = await rowsOf(one)
    const id = await ask(one.visitorId)
    /** How it ends when everything is cut after so many statements. */
    const live = async (statements: number) => {
      const dying = dyingDatabase(postgres.url, statements)
      const outcome = await runJobs({ ...deps(), db: dying.db }).then(
        () => 'lived',
        () => 'died',
      )
      await dying.close()
      return outcome
    }
    let deaths = 0
    // By threes through the removal, then through what makes it unreadable.
    for (let after = 2; (await jobOf(id))?.phase !== 'done'; ) {
      // Turned away by the lock of the one that died before, it has done nothing.
      if ((await live(after)) === 'lived') continue
      after += after < 60 ? 3 : 11
      deaths++
      // A conversation is there or is not.
      const left = await rowsOf(one)
      const talk = left.filter(
        (table) =>
          ![
            'visitor',
            'visitor_alias',
            'visitor_session',
            'visitor_consent',
            'push_subscription',
          ].includes(table),
      )
      expect([[], whole, left.filter((table) => !talk.includes(table))]).toContainEqual(left)
    }
    expect(deaths).toBeGreaterThan(20)
    expect(await jobOf(id)).toMatchObject({ removed: 2, kept: 0 })
    expect(await rowsOf(one)).toEqual([])
    expect(found(one.words)).toEqual([])
    expect(await readdir(path.join(ground.dataDir, 'recordings'))).not.toContain(one.callId)
    await linkEntries(deps())
    expect((await verifyAudit(deps())).faults).toEqual([])
  }, 120_000)

  it('leaves what a hold or a duty keeps, waits, and goes on when it is released', async () => {
    const one = await plant(ground, 'held')
    const open = await plant(ground, 'open', null)
    const hold = newId()
    const reason = 'Case 12 of the court'
    await placeHold(db, admin, { id: hold, of: 'conversation', subject: one.conversationId, reason })
    const id = await ask(one.visitorId, open.visitorId)
    await runJobs(deps())
    expect(await jobOf(id)).toMatchObject({ phase: 'waiting', removed: 0, kept: 2, finishedAt: null })
    expect(found(one.words)).toEqual(one.words)
    await db
      .updateTable('conversation')
      .set({ phase: 'ended', ended_at: new Date() })
      .where('id', '=', open.conversationId)
      .execute()
    await releaseHold(db, admin, { id: hold, reason: 'The case is closed' })
    await runJobs(deps())
    expect(await jobOf(id)).toMatchObject({ phase: 'done', removed: 4, kept: 0 })
    expect(found([...one.words, ...open.words, reason])).toEqual([])
  }, 90_000)

  it('goes on with what was asked for when its visitor turns out to be another, and takes nothing else of theirs', async () => {
    const stranger = await plant(ground, 'stranger', null)
    const known = await plant(ground, 'known')
    const id = await ask(stranger.visitorId)
    await runJobs(deps())
    expect(await jobOf(id)).toMatchObject({ phase: 'waiting', removed: 0 })
    await inTransaction(db, (trx) => mergeVisitors(trx, stranger.visitorId, known.visitorId))
    await db
      .updateTable('conversation')
      .set({ phase: 'ended', ended_at: new Date() })
      .where('id', '=', stranger.conversationId)
      .execute()
    await inTransaction(db, wakeJobs)
    await runJobs(deps())
    expect(await jobOf(id)).toMatchObject({ phase: 'done', removed: 2, kept: 0 })
    // With the known person: their browser, what they agreed to, and what colleagues wrote of them under the first name.
    const went = (word: string) => !/hash|endpoint|p256|auth|consent|reason/.test(word)
    expect(found(stranger.words)).toEqual(stranger.words.filter((word) => !went(word)))
    expect(found(known.words)).toEqual(known.words)
    await ask(known.visitorId)
    await runJobs(deps())
    expect(found([...stranger.words, ...known.words])).toEqual([])
  }, 90_000)
})

describe('a job that cannot be done', () => {
  it('is put off and says so, and others go on', async () => {
    const [stuck, goes] = [await plant(ground, 'stuck'), await plant(ground, 'other')]
    await sql`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'not this one' using errcode = 'P0007'; end $$`.execute(db)
    await sql`create trigger refuse before delete on wrap_up for each row
      when (old.conversation_id = ${sql.lit(stuck.conversationId)}::uuid) execute function refuse()`.execute(db)
    const [first, second] = [await ask(stuck.visitorId), await ask(goes.visitorId)]
    await expect(runJobs(deps())).rejects.toMatchObject({ code: 'P0007' })
    expect(await jobOf(first)).toMatchObject({ phase: 'removing', fault: 'P0007', finishedAt: null })
    expect(await jobOf(second)).toMatchObject({ phase: 'done', fault: null })
    expect(found(goes.words)).toEqual([])
    // Not before its time.
    await runJobs(deps())
    expect(await jobOf(first)).toMatchObject({ phase: 'removing', fault: 'P0007' })
    await sql`drop trigger refuse on wrap_up`.execute(db)
    await sql`update keeping_job set due_at = now() where id = ${first}`.execute(db)
    await runJobs(deps())
    expect(await jobOf(first)).toMatchObject({ phase: 'done', fault: null })
    expect(found(stuck.words)).toEqual([])
  }, 90_000)

  it('is done where the database keeps old files of its log for something else, and says that they are left', async () => {
    const one = await plant(ground, 'slotted')
    const setting = async (change: string) => {
      await sql`alter system ${sql.raw(change)}`.execute(db)
      await sql`select pg_reload_conf()`.execute(db)
    }
    await setting(`set wal_keep_size = '4GB'`)
    try {
      const id = await ask(one.visitorId)
      await runJobs(deps())
      expect(await jobOf(id)).toMatchObject({ phase: 'done', logLeft: true })
    } finally {
      await setting('reset wal_keep_size')
    }
  }, 90_000)
})

describe('the rules', () => {
  const rule = (what: 'keep' | 'delete', days: number, data: 'recording' | 'transcript' | 'all' = 'all') => ({
    ...{
      name: `${what} ${days}`,
      what,
      days,
      data,
      queueId: null,
      medium: 'all' as const,
      reason: 'The law',
    },
  })
  const save = (body: object) =>
    saveItem({ db, bus }, admin, { kind: 'keepingRule', id: newId(), version: 0, body })
  const day = 86_400_000

  it('are shown before they are applied, and remove what they say and nothing else', async () => {
    const now = Date.now()
    const old = await plant(ground, 'old', now - 40 * day)
    const middle = await plant(ground, 'middle', now - 20 * day)
    const young = await plant(ground, 'young', now - 5 * day)
    const draft = [rule('delete', 30), rule('delete', 10, 'recording')]
    const expected = { conversations: 1, recordings: 2, transcripts: 2, attachments: 1, kept: 0 }
    expect(await previewOf(db, draft.map(ruleOf))).toMatchObject(expected)
    for (const body of draft) await save(body)
    expect((await previewOf(db, await rulesOf(db))).examples.map((one) => one.id).sort()).toEqual(
      [old.conversationId, middle.conversationId].sort(),
    )
    const id = newId()
    await askRun(db, admin, { id, reason: 'As each month' })
    await runJobs(deps())
    expect(await jobOf(id)).toMatchObject({ phase: 'done', removed: 2, kept: 0 })
    // Words that were made of a recording go with it.
    const isSound = (word: string) =>
      /audio|replay|peaks|speaker|spoken|correct|sealed|recordingKey/.test(word)
    const sounds = middle.words.filter(isSound)
    expect(
      found([
        ...sounds,
        ...old.words.filter(
          (word) => !/email|visitorName|search|external|agent\.|hash|reason|endpoint|p256|auth\.|consent/i.test(word),
        ),
      ]),
    ).toEqual([])
    expect(found(middle.words)).toEqual(middle.words.filter((word) => !isSound(word)))
    expect(found(young.words)).toEqual(young.words)
    expect(await previewOf(db, await rulesOf(db))).toMatchObject({ conversations: 0, recordings: 0 })
    await save(rule('keep', 365))
    const late = await plant(ground, 'late', now - 50 * day)
    expect(await previewOf(db, await rulesOf(db))).toMatchObject({ conversations: 0, kept: 2 })
    expect(await ask(late.visitorId)).toBeDefined()
    await runJobs(deps())
    expect(found(late.words)).toEqual(late.words)
  }, 90_000)
})
