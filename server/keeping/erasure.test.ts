/** Nothing of an erased person is left in the raw bytes of the whole data folder, and no moment of dying leaves anything behind. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import sharp from 'sharp'
import { v7 as newId } from 'uuid'
import { bindAttachments, openAttachment, upload } from '../attachment/attachment.service.ts'
import { linkEntries } from '../audit/chain.service.ts'
import { verifyAudit } from '../audit/verify.service.ts'
import { inTransaction } from '../storage/database.ts'
import { mergeVisitors } from '../visitor/merge.service.ts'
import { held } from './holdings.ts'
import { placeHold, releaseHold } from './hold.service.ts'
import { runJobs } from './job.service.ts'
import { wakeJobs } from './job.store.ts'
import { dyingDatabase } from './testing/dying.ts'
import { type Place, startPlace } from './testing/place.ts'
import type { Planted } from './testing/plant.ts'

let place: Place
beforeAll(async () => {
  place = await startPlace()
}, 90_000)
afterAll(() => place?.stop())

/** A picture as visitors send it. Returns a word in it, and bytes by which its key, it and its preview are found as they lie. */
async function send({ visitorId, conversationId }: Planted) {
  const word = `canary.sent.${newId()}`
  const picture = await sharp({ create: { width: 900, height: 300, channels: 3, background: '#006a6f' } })
    .withExif({ IFD0: { ImageDescription: word } })
    .jpeg()
    .toBuffer()
  expect(picture.includes(word)).toBe(true)
  const uploader = { kind: 'visitor', id: visitorId } as const
  const files = { config: { dataDir: place.ground.dataDir }, now: () => new Date() }
  const given = { name: 'shoe.jpg', body: Readable.from([picture]), declared: picture.length }
  const { id } = await upload(place.db, files, uploader, given)
  await inTransaction(place.db, (trx) => bindAttachments(trx, { conversationId, uploader, ids: [id] }))
  const row = await place.db
    .selectFrom('attachment')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const lies = ['.sealed', '.webp.sealed'].map((ending) =>
    path.join(place.ground.dataDir, 'attachments', id + ending),
  )
  const sealed = await Promise.all(lies.map(async (file) => (await readFile(file)).subarray(40, 72)))
  const key = row.wrapped_key ?? Buffer.alloc(0)
  return { id, word, bytes: [key, ...sealed].map((bytes) => bytes.toString('latin1')) }
}

async function readFileOf(id: string): Promise<string | null> {
  const file = await openAttachment(place.deps, id, 'file')
  return file && Buffer.concat(await file.read().toArray()).toString('latin1')
}

/** As of one moment: a server that has just died may have asked for a commit which is still coming. */
function rowsOf({ conversationId, visitorId }: Planted): Promise<string[]> {
  return place.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const left: string[] = []
      for (const [table, { conversation, visitor }] of held) {
        for (const rows of [conversation?.(conversationId), visitor?.(visitorId)]) {
          if (!rows) continue
          const answer = await sql`select 1 from ${sql.table(table)} where ${rows}`.execute(trx)
          // That it was erased, and why, is the audit log's.
          if (answer.rows.length > 0 && table !== 'audit_content') left.push(table)
        }
      }
      return left
    })
}

it('each table that is said to hold something is planted with it', async () => {
  const one = await place.plant('every')
  const tables = held.flatMap(([table, { conversation, visitor }]) =>
    conversation || visitor ? [table] : [],
  )
  expect([...new Set(await rowsOf(one))].sort()).toEqual(
    tables.filter((table) => table !== 'audit_content').sort(),
  )
})

describe('an erasure', () => {
  it('leaves no byte of the person in the data folder, and every byte of others', async () => {
    const [gone, stays] = [await place.plant('gone'), await place.plant('stays')]
    // Of what is sealed no word lies anywhere, before or after: its key does, and bytes that only the key opens.
    const sent = { gone: await send(gone), stays: await send(stays) }
    const goes = [...gone.words, ...sent.gone.bytes]
    const remains = [...stays.words, ...sent.stays.bytes]
    await linkEntries(place.deps)
    // Samples of columns, as PostgreSQL takes them by itself, and all of it on disk.
    await sql`analyze`.execute(place.db)
    await sql`checkpoint`.execute(place.db)
    expect(place.found([...goes, sent.gone.word, sent.stays.word])).toEqual(goes)
    expect(await readFileOf(sent.gone.id)).toContain(sent.gone.word)
    const id = await place.ask(gone.visitorId)
    await runJobs(place.deps)
    expect(await place.jobOf(id)).toMatchObject({ phase: 'done', removed: 2, kept: 0, logLeft: false })
    expect(place.found([...goes, sent.gone.word, ...remains])).toEqual(remains)
    expect(await rowsOf(gone)).toEqual([])
    expect(await readFileOf(sent.gone.id)).toBeNull()
    expect(await readFileOf(sent.stays.id)).toContain(sent.stays.word)
    await linkEntries(place.deps)
    const report = await verifyAudit(place.deps)
    expect(report).toMatchObject({ faults: [], waiting: 0 })
    expect(report.erased).toBeGreaterThanOrEqual(2)
  }, 90_000)

  it('goes on to its end after fifty deaths of the server, at any moment', async () => {
    const one = await place.plant('dies')
    const whole = await rowsOf(one)
    const id = await place.ask(one.visitorId)
    /** How it ends when everything is cut, or its process killed, after so many statements. */
    const lives = {
      async cut(statements: number) {
        const dying = dyingDatabase(place.postgres.url, statements)
        const outcome = await runJobs({ ...place.deps, db: dying.db }).then(
          () => 'lived',
          () => 'died',
        )
        await dying.close()
        return outcome
      },
      async killed(statements: number) {
        const main = path.join(import.meta.dirname, 'testing', 'dying-server.ts')
        const given = [main, place.postgres.url, place.ground.dataDir, String(statements)]
        const env = { ...process.env, NODE_OPTIONS: '' }
        const child = spawn(process.execPath, given, { stdio: ['ignore', 'ignore', 'inherit'], env })
        const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
        if (signal !== 'SIGKILL' && code !== 0) throw new Error(`it ended by itself with code ${code}`)
        return code === 0 ? 'lived' : 'died'
      },
    }
    const deaths = { cut: 0, killed: 0 }
    const died = () => deaths.cut + deaths.killed
    // One by one through the removal, then by strides, no two of the same kind in a row, through what makes it unreadable; each
    // fourth is a process that is killed.
    for (let after = 2; (await place.jobOf(id))?.phase !== 'done'; ) {
      // Turned away by the lock of the one that died before, it has done nothing.
      const kind = died() % 4 === 3 ? 'killed' : 'cut'
      if ((await lives[kind](after)) === 'lived') continue
      after += after < 40 ? 1 : 11
      deaths[kind]++
      // A conversation is there or is not.
      const left = await rowsOf(one)
      const talk = left.filter(
        (table) =>
          !['visitor', 'visitor_alias', 'visitor_session', 'visitor_consent', 'push_subscription'].includes(
            table,
          ),
      )
      expect([[], whole, left.filter((table) => !talk.includes(table))]).toContainEqual(left)
    }
    expect(died()).toBeGreaterThanOrEqual(50)
    expect(deaths.killed).toBeGreaterThanOrEqual(12)
    expect(await place.jobOf(id)).toMatchObject({ removed: 2, kept: 0 })
    expect(await rowsOf(one)).toEqual([])
    expect(place.found(one.words)).toEqual([])
    expect(await readdir(path.join(place.ground.dataDir, 'recordings'))).not.toContain(one.callId)
    await linkEntries(place.deps)
    expect((await verifyAudit(place.deps)).faults).toEqual([])
  }, 300_000)

  it('leaves what a hold or a duty keeps, waits, and goes on when it is released', async () => {
    const one = await place.plant('held')
    const open = await place.plant('open', null)
    const hold = newId()
    const reason = 'Case 12 of the court'
    await placeHold(place.db, place.admin, {
      id: hold,
      of: 'conversation',
      subject: one.conversationId,
      reason,
    })
    const id = await place.ask(one.visitorId, open.visitorId)
    await runJobs(place.deps)
    expect(await place.jobOf(id)).toMatchObject({ phase: 'waiting', removed: 0, kept: 2, finishedAt: null })
    expect(place.found(one.words)).toEqual(one.words)
    await place.db
      .updateTable('conversation')
      .set({ phase: 'ended', ended_at: new Date() })
      .where('id', '=', open.conversationId)
      .execute()
    await releaseHold(place.db, place.admin, { id: hold, reason: 'The case is closed' })
    await runJobs(place.deps)
    expect(await place.jobOf(id)).toMatchObject({ phase: 'done', removed: 4, kept: 0 })
    expect(place.found([...one.words, ...open.words, reason])).toEqual([])
  }, 90_000)

  it('goes on with what was asked for when its visitor turns out to be another, and takes nothing else of theirs', async () => {
    const stranger = await place.plant('stranger', null)
    const known = await place.plant('known')
    const id = await place.ask(stranger.visitorId)
    await runJobs(place.deps)
    expect(await place.jobOf(id)).toMatchObject({ phase: 'waiting', removed: 0 })
    await inTransaction(place.db, (trx) => mergeVisitors(trx, stranger.visitorId, known.visitorId))
    await place.db
      .updateTable('conversation')
      .set({ phase: 'ended', ended_at: new Date() })
      .where('id', '=', stranger.conversationId)
      .execute()
    await inTransaction(place.db, wakeJobs)
    await runJobs(place.deps)
    expect(await place.jobOf(id)).toMatchObject({ phase: 'done', removed: 2, kept: 0 })
    // With the known person: their browser, what they agreed to, and what colleagues wrote of them under the first name.
    const went = (word: string) => !/hash|endpoint|p256|auth|consent|reason/.test(word)
    expect(place.found([...stranger.words, ...known.words])).toEqual([
      ...stranger.words.filter((word) => !went(word)),
      ...known.words,
    ])
    await place.ask(known.visitorId)
    await runJobs(place.deps)
    expect(place.found([...stranger.words, ...known.words])).toEqual([])
  }, 90_000)
})
