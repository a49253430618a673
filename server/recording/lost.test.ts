import { cp, mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { readBacklog } from '../backlog/backlog.service.ts'
import { removeParts } from '../keeping/removal.store.ts'
import { createLogger } from '../logger.ts'
import { callsOf } from '../review/review.store.ts'
import { addSite } from '../site/site.service.ts'
import { inTransaction } from '../storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { lookForLost } from './lost.service.ts'
import { awaited, noteLost } from './lost.store.ts'
import { createS3 } from './s3.ts'
import { createShipping } from './ship.service.ts'
import { storeFinished } from './store.service.ts'
import { layRecording } from './testing.ts'

let test: TestDatabase
let siteId: string
let dataDir: string
const log = createLogger('silent')
/** One that is never asked. */
const s3 = {
  ...{ endpoint: 'http://127.0.0.1:1', region: 'x', bucket: 'recordings', prefix: 'p/' },
  ...{ accessKeyId: 'a', secretAccessKey: 'b' },
}
beforeAll(async () => {
  test = await createTestDatabase()
  siteId = (await addSite(test.db, { name: 'Shop', origins: ['https://shop.example'] })).id
})
afterAll(() => test.drop())
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-lost-'))
})
afterEach(async () => {
  for (const table of ['stored_recording', 'segment', 'call'] as const)
    await test.db.deleteFrom(table).execute()
  await rm(dataDir, { recursive: true })
})

const HOUR = 3_600_000
const config = () => ({ dataDir, s3 })
/** With what the server has beside it, too. */
const look = (at = Date.now() + HOUR + 60_000) =>
  lookForLost({ ...{ now: () => new Date() }, db: test.db, config: config(), log, at })
const lay = (files: Record<string, string> = { 'audio.webm': 'sound' }) =>
  layRecording({ db: test.db, siteId, dataDir }, files)
type Laid = Awaited<ReturnType<typeof lay>>
/** As if it had been over for longer than what is under way is. */
async function backlog() {
  const earlier = new Date(Date.now() - 10 * 60_000)
  await test.db.updateTable('call').set({ ended_at: earlier }).execute()
  await test.db
    .updateTable('call')
    .set({ finalised_at: earlier })
    .where('finalised_at', 'is not', null)
    .execute()
  await test.db.updateTable('stored_recording').set({ stored_at: earlier }).execute()
  const { items, lost } = await readBacklog(test.db, { s3: true })
  return {
    waits: items.map(({ kind, count }) => `${kind} ${count}`),
    lost: lost.newest.map(({ callId, why }) => `${callId} ${why}`),
    count: lost.count,
  }
}
const none = { lost: [], count: 0 }

it('what is gone before it was finished, or sealed, is lost after an hour, and waits again once it is back', async () => {
  const [unfinished, unsealed, there] = [await lay(), await lay(), await lay()]
  await test.db
    .updateTable('call')
    .set({ finalised_at: null })
    .where('id', 'in', [unfinished.callId, there.callId])
    .execute()
  // Not finished yet, but all that it will be made of is there.
  await rm(path.join(there.folder, 'replay.json'))
  await writeFile(path.join(there.folder, `${newId()}.webm`), 'raw')
  const kept = path.join(dataDir, 'backup')
  for (const { folder, callId } of [unfinished, unsealed]) {
    await cp(folder, path.join(kept, callId), { recursive: true })
    await rm(folder, { recursive: true })
  }
  // Nothing of what it was made of is left, nor what came of it.
  await mkdir(unfinished.folder)
  await writeFile(path.join(unfinished.folder, 'manifest.jsonl'), '{}')

  expect(await look(Date.now())).toBe(0)
  expect(await backlog()).toEqual({ waits: ['finalising 2', 'sealing 1'], ...none })
  expect([await look(), await look()]).toEqual([2, 0])
  const { lost, ...rest } = await backlog()
  expect(rest).toEqual({ waits: ['finalising 1'], count: 2 })
  expect(lost.sort()).toEqual([`${unfinished.callId} unfinished`, `${unsealed.callId} unsealed`].sort())

  for (const { folder, callId } of [unfinished, unsealed])
    await cp(path.join(kept, callId), folder, { recursive: true })
  expect(await look()).toBe(0)
  expect(await backlog()).toEqual({ waits: ['finalising 2', 'sealing 1'], ...none })
})

it('a folder that cannot be read is neither lost nor found, and others are looked at all the same', async () => {
  const calls = [await lay(), await lay(), await lay()]
  for (const { folder } of calls) await rm(folder, { recursive: true })
  const [first, , last] = calls as [Laid, Laid, Laid]
  for (const { folder } of [first, last]) await writeFile(folder, 'no folder')
  expect([await look(), await look()]).toEqual([1, 0])
  await rm(first.folder)
  expect(await look()).toBe(1)
  await writeFile(first.folder, 'no folder')
  expect([await look(), (await backlog()).count]).toEqual([0, 2])
})

it('a sealed one whose folder the disk does not tell of is neither lost nor found', async () => {
  const [unread, gone] = [await lay(), await lay()]
  await storeFinished({ db: test.db, config: config(), log })
  const folder = path.join(dataDir, 'vault', unread.callId)
  await rm(folder, { recursive: true })
  await writeFile(folder, 'no folder')
  await rm(path.join(dataDir, 'vault', gone.callId), { recursive: true })
  expect([await look(), (await backlog()).lost]).toEqual([1, [`${gone.callId} sealed`]])
})

it('what was gone is taken for what it is as soon as it is sealed after all', async () => {
  const { callId, folder } = await lay()
  await cp(folder, path.join(dataDir, 'backup'), { recursive: true })
  await rm(folder, { recursive: true })
  await look()
  await cp(path.join(dataDir, 'backup'), folder, { recursive: true })
  expect(await storeFinished({ db: test.db, config: config(), log })).toBe(1)
  expect(await backlog()).toEqual({ waits: ['shipping 1'], ...none })
  const row = await test.db.selectFrom('call').select('unstored').where('id', '=', callId).executeTakeFirst()
  expect(row?.unstored).toBe(false)
})

it('a sealed one that is gone, or has a file too few, waits for the store no more', async () => {
  const calls = [await lay(), await lay({ 'audio.webm': 'sound', 'audio-1.webm': 'more' }), await lay()]
  await storeFinished({ db: test.db, config: config(), log })
  const [gone, part] = calls.map(({ callId }) => path.join(dataDir, 'vault', callId)) as [string, string]
  await rm(gone, { recursive: true })
  const [attempt = ''] = await readdir(part)
  await rm(path.join(part, attempt, 'audio-1.webm'))
  const shipping = createShipping({ db: test.db, config: config(), log, s3: createS3(s3) })
  await shipping.look()
  expect([shipping.state().waiting, await look(), await look()]).toEqual([3, 2, 0])
  await shipping.look()
  expect(shipping.state().waiting).toBe(1)
  const { waits, lost } = await backlog()
  expect(waits).toEqual(['shipping 1'])
  expect(lost.sort()).toEqual(
    calls
      .slice(0, 2)
      .map(({ callId }) => `${callId} sealed`)
      .sort(),
  )
})

it('a sealed one that stays in the folder and is gone is found without any store, and told from what was never recorded', async () => {
  const [gone, cut, whole] = [await lay(), await lay(), await lay()]
  const alone = { dataDir }
  const lookAlone = (at: number) => lookForLost({ db: test.db, config: alone, log, at })
  await storeFinished({ db: test.db, config: alone, log })
  const [folder, file] = [gone, cut].map(({ callId }) => path.join(dataDir, 'vault', callId)) as [
    string,
    string,
  ]
  const kept = path.join(dataDir, 'backup')
  await cp(folder, kept, { recursive: true })
  await rm(folder, { recursive: true })
  const [attempt = ''] = await readdir(file)
  await truncate(path.join(file, attempt, 'audio.webm'), 10)
  const soon = Date.now() + HOUR + 60_000
  expect([await lookAlone(Date.now()), await lookAlone(soon), await lookAlone(soon)]).toEqual([0, 2, 0])
  expect((await backlog()).lost.sort()).toEqual([gone, cut].map(({ callId }) => `${callId} sealed`).sort())
  const told = async ({ conversationId }: typeof gone) =>
    (await callsOf(test.db, conversationId)).map(({ segments, lost, removed }) => [segments, lost, removed])
  expect([await told(gone), await told(whole)]).toEqual([[[true, true, null]], [[true, false, null]]])
  await cp(kept, folder, { recursive: true })
  expect([await lookAlone(soon), (await backlog()).lost]).toEqual([0, [`${cut.callId} sealed`]])
})

it('what went elsewhere between two glances is not lost; what is erased is no more', async () => {
  const [moved, sealed, erased] = [await lay(), await lay(), await lay()]
  const asked = { before: new Date(Date.now() + 60_000), after: null, limit: 10 }
  const before = await awaited(test.db, asked)
  expect(before.map(({ callId }) => callId)).toEqual(
    [moved, sealed, erased].map(({ callId }) => callId).sort(),
  )
  await storeFinished({ db: test.db, config: config(), log })
  const then = await awaited(test.db, asked)
  await test.db
    .updateTable('stored_recording')
    .set({ place: 's3' })
    .where('call_id', '=', moved.callId)
    .execute()
  const of = (all: typeof before, { callId }: { callId: string }) => {
    const one = all.find((each) => each.callId === callId)
    if (!one) throw new Error('not awaited')
    return one
  }
  expect(await noteLost(test.db, of(before, sealed), 'unsealed')).toBe(false)
  expect(await noteLost(test.db, of(then, moved), 'sealed')).toBe(false)
  expect(await noteLost(test.db, of(then, erased), 'sealed')).toBe(true)
  expect((await backlog()).count).toBe(1)
  await inTransaction(test.db, (trx) =>
    removeParts(trx, 'recording', { ...erased, by: 'rule', job: newId() }),
  )
  expect(await backlog()).toEqual({ waits: ['shipping 1'], ...none })
})
