import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals'
import { readBacklog } from '../backlog/backlog.service.ts'
import { lastFaults } from '../backlog/fault.store.ts'
import { faultCode } from '../fault.ts'
import { removeDoomed } from '../keeping/removal.service.ts'
import { dyingDatabase } from '../keeping/testing/dying.ts'
import { createLogger } from '../logger.ts'
import { addSite } from '../site/site.service.ts'
import type { Database } from '../storage/database.ts'
import { installationId } from '../storage/installation.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { lookForLost } from './lost.service.ts'
import { listLost } from './lost.store.ts'
import { createRecordings } from './recordings.ts'
import { createRollCall } from './roll-call.ts'
import { createS3 } from './s3.ts'
import { createShipping } from './ship.service.ts'
import { storeFinished, sweepVault } from './store.service.ts'
import { sweepFolder, sweepS3 } from './stray.service.ts'
import { withShipLock } from './stored.store.ts'
import { layRecording } from './testing.ts'
import { startTestS3, type TestS3 } from './testing/s3-server.ts'

let test: TestDatabase
let siteId: string
let dataDir: string
let s3: TestS3
const PART = 64 * 1024
const log = createLogger('silent')
beforeAll(async () => {
  test = await createTestDatabase()
  siteId = (await addSite(test.db, { name: 'Shop', origins: ['https://shop.example'] })).id
})
afterAll(() => test.drop())
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-ship-'))
  s3 = await startTestS3({ leastPart: PART })
})
afterEach(async () => {
  await s3.close()
  await test.db.deleteFrom('stored_recording').execute()
  await rm(dataDir, { recursive: true })
})

const config = () => ({ dataDir, s3: s3.config })
const shipping = (db: Database = test.db) =>
  createShipping({ db, config: config(), log, s3: createS3(s3.config), partBytes: PART })
const vault = () => readdir(path.join(dataDir, 'vault'))

async function sealed(files: Record<string, string | Buffer>): Promise<string> {
  const { callId } = await layRecording({ db: test.db, siteId, dataDir }, files)
  await storeFinished({ db: test.db, config: config(), log })
  return callId
}

async function read(callId: string, name: string, ...range: [number?, number?]): Promise<Buffer> {
  const file = await createRecordings({ db: test.db, config: config() }).open(callId, name)
  return Buffer.concat((await file?.read(...range).toArray()) ?? [])
}

it('brings recordings there, reads ranges of them with one request and little more than they have, and erases them', async () => {
  const content = randomBytes(200_000)
  const callId = await sealed({ 'audio.webm': content, 'audio-1.webm': 'further' })
  const open = await createRecordings({ db: test.db, config: config() }).open(callId, 'audio.webm')
  expect(await read(callId, 'audio.webm', 5, 10)).toEqual(content.subarray(5, 10))
  const one = shipping()
  await one.look()
  expect(one.state()).toEqual({ waiting: 0, fault: null })
  expect([s3.objects.size, await vault()]).toEqual([3, []])
  expect([...s3.objects.values()].some((bytes) => bytes.includes('further'))).toBe(false)

  const before = s3.asked.length
  const [from, to] = [70_000, 100_000]
  expect(await read(callId, 'audio.webm', from, to)).toEqual(content.subarray(from, to))
  expect(s3.asked.slice(before)).toEqual(['GET'])
  expect(s3.read.bytes).toBeLessThanOrEqual(to - from + 2 * 16_400 + 16 * 4)
  expect((await read(callId, 'audio-1.webm')).toString()).toBe('further')
  // Whoever had opened it before it went, reads it where it is now.
  expect(Buffer.concat((await open?.read().toArray()) ?? []).equals(content)).toBe(true)

  const recordings = createRecordings({ db: test.db, config: { dataDir } })
  const unset = await recordings.open(callId, 'audio.webm')
  await expect(unset?.read().toArray()).rejects.toThrow('which is not set')
  await createRecordings({ db: test.db, config: config() }).erase(callId)
  expect(s3.objects.size).toBe(0)
}, 60_000)

it('puts a large one in parts, goes on with those that have not arrived, and lets it go here only when all is there', async () => {
  const content = randomBytes(5 * PART - 10_000)
  const callId = await sealed({ 'audio.webm': content })
  // The third part, then the confirmation, then the word that it is whole never arrive.
  let left = 2
  s3.hinder((asked) => asked === 'PUT partNumber&uploadId' && left-- <= 0)
  await shipping().look()
  expect([...s3.uploads.values()].map(({ parts }) => parts.size)).toEqual([2])
  s3.hinder((asked) => asked === 'POST uploadId')
  s3.asked.length = 0
  await shipping().look()
  expect(s3.asked.filter((one) => one === 'PUT partNumber&uploadId')).toHaveLength(3)
  expect(await vault()).toEqual([callId])
  expect(await read(callId, 'audio.webm', 0, 9)).toEqual(content.subarray(0, 9))
  s3.hinder(() => false)
  s3.asked.length = 0
  await shipping().look()
  expect(s3.asked.filter((one) => one === 'PUT partNumber&uploadId')).toEqual([])
  expect([s3.uploads.size, await vault()]).toEqual([0, []])
  expect((await read(callId, 'audio.webm')).equals(content)).toBe(true)
}, 60_000)

it('sends a file anew to a store that cannot tell what was begun, and erases there, too', async () => {
  const content = randomBytes(2 * PART)
  const callId = await sealed({ 'audio.webm': content })
  let left = 1
  s3.hinder((asked) => {
    if (asked === 'GET prefix&uploads') return 501
    return asked === 'PUT partNumber&uploadId' && left-- <= 0
  })
  await shipping().look()
  expect(await vault()).toEqual([callId])
  s3.hinder((asked) => (asked === 'GET prefix&uploads' ? 501 : false))
  await shipping().look()
  expect((await read(callId, 'audio.webm')).equals(content)).toBe(true)
  await createRecordings({ db: test.db, config: config() }).erase(callId)
  expect([s3.objects.size, await vault()]).toEqual([0, []])
}, 60_000)

it('an erasure removes all that can go while the store is away, and the rest when it is back', async () => {
  const callId = await sealed({ 'audio.webm': 'sound' })
  await shipping().look()
  const attachment = path.join(dataDir, 'attachments', callId)
  await mkdir(path.dirname(attachment))
  await writeFile(attachment, 'file')
  const kinds = ['recording', 'attachment']
  await test.db
    .insertInto('doomed_file')
    .values(kinds.map((kind) => ({ kind, id: callId })))
    .execute()
  const doomed = () => test.db.selectFrom('doomed_file').select('kind').execute()
  const remove = () =>
    removeDoomed(
      {
        ...{ db: test.db, config: config() },
        recordings: createRecordings({ db: test.db, config: config() }),
      },
      newId(),
    )
  s3.hinder(() => true)
  await expect(remove()).rejects.toThrow()
  expect([await doomed(), await readdir(path.dirname(attachment))]).toEqual([[{ kind: 'recording' }], []])
  s3.hinder(() => false)
  await remove()
  expect([await doomed(), s3.objects.size]).toEqual([[], 0])
}, 60_000)

it('waits while the store is away or refuses, says so, and goes on by itself; sealing goes on meanwhile', async () => {
  const first = await sealed({ 'audio.webm': 'first' })
  s3.hinder(() => true)
  const one = shipping()
  await one.look()
  expect(one.state()).toMatchObject({ waiting: 1, fault: expect.any(String) })
  expect((await lastFaults(test.db)).get('shipping')?.words).toBe(one.state().fault)
  await sealed({ 'audio.webm': 'second' })
  await one.look()
  expect(one.state()).toMatchObject({ waiting: 2 })
  s3.hinder(() => false)
  const other = createShipping({
    ...{ db: test.db, config: config(), log },
    s3: createS3({ ...s3.config, secretAccessKey: 'wrong' }),
  })
  await other.look()
  expect(other.state().fault).toMatch(/S3 answers 403/)
  expect((await read(first, 'audio.webm')).toString()).toBe('first')
  // A server that starts anew tries at once.
  const again = shipping()
  await again.look()
  expect(again.state()).toEqual({ waiting: 0, fault: null })
  expect((await read(first, 'audio.webm')).toString()).toBe('first')
  // And so does one that somebody hurries.
  await sealed({ 'audio.webm': 'third' })
  s3.hinder(() => true)
  await again.look()
  s3.hinder(() => false)
  await again.look()
  expect(again.state()).toMatchObject({ waiting: 1 })
  again.hurry()
  await again.look()
  expect(again.state()).toEqual({ waiting: 0, fault: null })
}, 60_000)

it('a file here that is broken keeps no other from going, and does not go itself', async () => {
  const broken = await sealed({ 'audio.webm': 'broken' })
  const whole = await sealed({ 'audio.webm': 'whole' })
  const [attempt = ''] = await readdir(path.join(dataDir, 'vault', broken))
  const file = path.join(dataDir, 'vault', broken, attempt, 'audio.webm')
  const { size } = await stat(file)
  await writeFile(file, Buffer.alloc(size - 1))
  await shipping().look()
  expect((await read(whole, 'audio.webm')).toString()).toBe('whole')
  expect(await vault()).toEqual([broken])
}, 60_000)

it('a file here that cannot be read is no fault of the store’s: the others go, and it goes once it can be read', async () => {
  const both = [await sealed({ 'audio.webm': 'first' }), await sealed({ 'audio.webm': 'second' })].sort()
  const [odd = '', whole = ''] = both
  const [attempt = ''] = await readdir(path.join(dataDir, 'vault', odd))
  const file = path.join(dataDir, 'vault', odd, attempt, 'audio.webm')
  await rename(file, `${file}.kept`)
  await symlink('audio.webm', file)
  const one = shipping()
  await one.look()
  expect([await vault(), one.state()]).toEqual([[odd], { waiting: 1, fault: null }])
  expect((await lastFaults(test.db)).get('shipping')?.words).toContain('ELOOP')
  expect((await read(whole, 'audio.webm')).toString()).toMatch(/first|second/)
  await rename(`${file}.kept`, file)
  await one.look()
  expect([await vault(), one.state().waiting]).toEqual([[], 0])
}, 60_000)

it('a store that does not answer is asked once by an erasure of many, and again a minute later; all here goes meanwhile', async () => {
  const calls = [await sealed({ 'audio.webm': 'a' }), await sealed({ 'audio.webm': 'b' })]
  const recordings = createRecordings({ db: test.db, config: config() })
  const erase = (callId: string) =>
    recordings.erase(callId).then(
      () => null,
      (error: unknown) => faultCode(error),
    )
  const eraseBoth = async () => [await erase(calls[0] ?? ''), await erase(calls[1] ?? '')]
  s3.hinder(() => true)
  s3.asked.length = 0
  expect(await eraseBoth()).toEqual(['S3 silent', 'S3 silent'])
  expect([s3.asked.length, await vault()]).toEqual([1, []])
  const now = performance.now.bind(performance)
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + 60_000)
  try {
    // One that answers is asked about each.
    s3.hinder(() => 403)
    expect(await eraseBoth()).toEqual(['S3 Hindered', 'S3 Hindered'])
    s3.hinder(() => false)
    expect(await eraseBoth()).toEqual([null, null])
  } finally {
    clock.mockRestore()
  }
}, 60_000)

it('whoever reads slowly is not taken for a store that does not answer', async () => {
  const content = randomBytes(5 * 1024 * 1024)
  const store = createS3(s3.config, { stallMs: 1_000 })
  await store.put('large', content, 'owner')
  const parts: Buffer[] = []
  for await (const part of store.fetch('large', 0, content.length)) {
    if (parts.length === 0) await delay(1_500)
    parts.push(part as Buffer)
  }
  expect(Buffer.concat(parts).equals(content)).toBe(true)
  // And one that stops in the middle is.
  s3.hinder(() => new Promise(() => undefined))
  await expect(store.fetch('large', 0, 9).toArray()).rejects.toMatchObject({ code: 'S3 silent' })
}, 60_000)

it('killed at any statement or request it goes on where it was, and one that is erased meanwhile leaves nothing', async () => {
  let deaths = 0
  for (let after = 0; ; after++) {
    const callId = await sealed({ 'audio.webm': 'sound', 'audio-1.webm': 'more' })
    const dying = dyingDatabase(test.url, after)
    let requests = after
    s3.hinder(() => requests-- <= 0)
    await shipping(dying.db)
      .look()
      .catch(() => undefined)
    await dying.close()
    s3.hinder(() => false)
    expect((await read(callId, 'audio.webm')).toString()).toBe('sound')
    const done = (await vault()).length === 0
    while ((await vault()).length > 0) {
      await shipping().look()
      await sweepVault({ db: test.db, config: config(), log })
    }
    expect((await read(callId, 'audio-1.webm')).toString()).toBe('more')
    if (done) break
    deaths++
  }
  expect(deaths).toBeGreaterThan(5)
  // The last one's lock goes a moment after it.
  while (!(await withShipLock(test.db, async () => undefined)));
  s3.objects.clear()
  const recordings = createRecordings({ db: test.db, config: config() })
  // Erased before it is asked anything, or at any of its questions.
  for (let at = 0; ; at++) {
    const erased = await sealed({ 'audio.webm': 'sound', 'audio-1.webm': 'more' })
    let asked = 0
    s3.hinder(async () => {
      if (asked++ !== at) return false
      await test.db.deleteFrom('stored_recording').where('call_id', '=', erased).execute()
      await recordings.erase(erased)
      return false
    })
    await shipping().look()
    if (asked <= at) break
    expect([at, s3.objects.size, await vault()]).toEqual([at, 0, []])
  }
  expect(s3.objects.size).toBe(3)
}, 60_000)

const DAY = 86_400_000
const later = () => Date.now() + 2 * DAY

it('what belongs to nothing in the store is set aside once it is old; what waits, is being sent, is young or another’s stays', async () => {
  const kept = await sealed({ 'audio.webm': 'kept' })
  await shipping().look()
  const before = [...s3.objects.keys()]
  // An erasure that never reached the store, and an attempt that another took the place of.
  const erased = await sealed({ 'audio.webm': 'erased' })
  await shipping().look()
  await test.db.deleteFrom('stored_recording').where('call_id', '=', erased).execute()
  const store = createS3(s3.config)
  const own = await installationId(test.db)
  await store.put(`${kept}/${newId()}/audio.webm`, Buffer.from('dropped'), own)
  // Of others who share the place, and of nobody.
  const foreign = [`${newId()}/${newId()}/audio.webm`, `${newId()}/${newId()}/audio.webm`, 'notes.txt']
  await store.put(foreign[0] ?? '', Buffer.from('theirs'), newId())
  await store.put(foreign[1] ?? '', Buffer.from('whose'), '')
  await store.put(foreign[2] ?? '', Buffer.from('a note'), own)
  // Begun and left: of a call that is gone, of one that has arrived; and of one that is on its way.
  const content = randomBytes(3 * PART)
  const going = await sealed({ 'audio.webm': content })
  let left = 2
  s3.hinder((asked) => asked === 'PUT partNumber&uploadId' && left-- <= 0)
  await shipping().look()
  s3.hinder(() => false)
  const generation = before[0]?.split('/')[2]
  for (const name of [`${newId()}/${newId()}/audio.webm`, `${kept}/${generation}/audio.webm`])
    await store.begin(name, own)
  const uploads = () => [...s3.uploads.values()].map(({ key }) => key.split('/')[1])
  expect(uploads()).toHaveLength(3)

  expect(await sweepS3({ db: test.db, log, s3: store })).toBe(0)
  // Two objects of the erased call, one of the attempt, two uploads.
  expect(await sweepS3({ db: test.db, log, s3: store, now: later() })).toBe(5)
  const away = names().filter((name) => name.startsWith('p/strays/'))
  expect(away).toHaveLength(3)
  expect(names()).toEqual([...before, ...foreign.map((name) => `p/${name}`), ...away].sort())
  expect(uploads()).toEqual([going])
  expect((await read(kept, 'audio.webm')).toString()).toBe('kept')
  s3.asked.length = 0
  await shipping().look()
  expect(s3.asked.filter((one) => one === 'PUT partNumber&uploadId')).toHaveLength(2)
  expect((await read(going, 'audio.webm')).equals(content)).toBe(true)
}, 60_000)

it('a recording of which something is missing in the store is lost, and is not once it is there again; bounded by day, and others’ are none', async () => {
  const calls: string[] = []
  for (let i = 0; i < 4; i++) calls.push(await sealed({ 'audio.webm': 'sound', 'audio-1.webm': 'more' }))
  const [whole = '', first = '', second = '', waiting = ''] = calls
  await shipping().look()
  // As if it had not been brought there yet.
  const place = (to: 'folder' | 's3', callId: string) =>
    test.db.updateTable('stored_recording').set({ place: to }).where('call_id', '=', callId).execute()
  await place('folder', waiting)
  const kept = new Map(s3.objects)
  const take = (callId: string, name: string) => {
    for (const key of [...s3.objects.keys()])
      if (key.includes(callId) && key.endsWith(name)) s3.objects.delete(key)
  }
  take(first, '/audio-1.webm')
  take(second, '')
  take(waiting, '')
  const lost = async () =>
    (await listLost(test.db, 10)).newest.map(({ callId, why }) => `${callId} ${why}`).sort()
  const roll = async (most?: number) => {
    const store = createS3(s3.config)
    const rollCall = createRollCall({ db: test.db, s3: store, log, ...(most === undefined ? {} : { most }) })
    for await (const page of store.list('')) await rollCall.page(page.map(({ name }) => name))
    await rollCall.end()
  }
  // What is refused or not asked for is as it was.
  s3.hinder((asked) => (asked === 'HEAD' ? 403 : false))
  await roll()
  s3.hinder(() => false)
  expect(await lost()).toEqual([])
  await roll(1)
  expect(await lost()).toEqual([`${first} sealed`])
  await sweepAll(Date.now())
  expect(await lost()).toEqual([`${first} sealed`, `${second} sealed`].sort())
  // Neither does the look into the data folder find there what lies elsewhere.
  await lookForLost({ db: test.db, config: config(), log, at: Date.now() - DAY })
  expect(await lost()).toHaveLength(2)
  for (const [name, bytes] of kept) s3.objects.set(name, bytes)
  s3.asked.length = 0
  await sweepAll(Date.now())
  expect([await lost(), s3.asked.includes('HEAD')]).toEqual([[], false])
  expect((await read(whole, 'audio.webm')).toString()).toBe('sound')
}, 60_000)

it('where the store has none of all that it should have, as under a wrong prefix, none is lost, and what to look at is told until it has', async () => {
  for (let i = 0; i < 3; i++) await sealed({ 'audio.webm': 'sound' })
  await shipping().look()
  const told: string[] = []
  const speaking = createLogger('error', 'test', {
    write: (line: string) => void told.push((JSON.parse(line) as { msg: string }).msg),
  })
  const sweep = (prefix: string) =>
    sweepS3({ db: test.db, log: speaking, s3: createS3({ ...s3.config, prefix }) })
  const missing = async () => {
    const { items, lost } = await readBacklog(test.db, { s3: true })
    return [items.map(({ kind, count, fault }) => [kind, count, fault?.words]), lost.count]
  }
  const words = expect.stringMatching(/^S3 has 0 of 3 recordings .*S3_PREFIX/)
  for (let i = 0; i < 2; i++) {
    s3.asked.length = 0
    await sweep('q/')
    expect([await missing(), s3.asked.includes('HEAD')]).toEqual([[[['missing', 3, words]], 0], false])
  }
  expect(told).toEqual([words, words])
  // What was lost before counts for nothing in that.
  const [gone = '', ...others] = [...new Set(names().map((name) => name.split('/')[1]))]
  for (const key of names()) if (key.includes(gone)) s3.objects.delete(key)
  await sweep(s3.config.prefix)
  expect(await missing()).toEqual([[], 1])
  for (const key of names()) s3.objects.delete(key)
  await sweep(s3.config.prefix)
  expect(await missing()).toEqual([
    [['missing', others.length, expect.stringContaining('0 of 2 recordings')]],
    1,
  ])
}, 60_000)

it('what the store refuses of one keeps no other from being set aside or removed, and is told once', async () => {
  for (const content of ['first', 'second']) await strayed({ 'audio.webm': content })
  const before = names()
  const told: { refused?: number }[] = []
  const speaking = createLogger('error', 'test', {
    write: (line: string) => void told.push(JSON.parse(line) as object),
  })
  const sweep = (now: number) =>
    sweepS3({ db: test.db, log: speaking, s3: createS3(s3.config), now, copyBytes: 2 * PART })
  /** The first that are asked for so are refused. */
  const refuse = (kind: string, count: number) => {
    let left = count
    s3.hinder((asked) => (asked === kind && left-- > 0 ? 403 : false))
  }
  refuse('HEAD', 1)
  expect([before.length, await sweep(later())]).toEqual([4, 3])
  const kept = before[0] ?? ''
  expect(names().sort()).toEqual([kept, ...asideOf(before.slice(1))].sort())
  refuse('PUT', 1)
  expect(await sweep(later())).toBe(0)
  s3.hinder(() => false)
  expect(await sweep(later())).toBe(1)
  refuse('DELETE', 2)
  expect(await sweep(Date.now() + 8 * DAY)).toBe(2)
  expect(names()).toHaveLength(2)
  expect(told).toMatchObject([{ refused: 1 }, { refused: 1 }, { refused: 2 }])
}, 60_000)

it('an upload that somebody took away is begun anew; nothing is swept while another ships; a store that cannot tell is asked no more', async () => {
  const callId = await sealed({ 'audio.webm': randomBytes(2 * PART) })
  let left = 1
  s3.hinder((asked) => asked === 'PUT partNumber&uploadId' && left-- <= 0)
  await shipping().look()
  s3.hinder(() => false)
  s3.uploads.clear()
  await shipping().look()
  expect(await vault()).toEqual([])
  await createRecordings({ db: test.db, config: config() }).open(callId, 'audio.webm')
  await test.db.deleteFrom('stored_recording').execute()
  const sweep = () => sweepS3({ db: test.db, log, s3: createS3(s3.config), now: later() })
  await withShipLock(test.db, async () => expect(await sweep()).toBe(0))
  s3.hinder((asked) => (asked === 'GET prefix&uploads' ? 501 : false))
  expect(await sweep()).toBe(2)
  expect(names().map((name) => name.startsWith('p/strays/'))).toEqual([true, true])
}, 60_000)

/** The erasure never reached the store. */
async function strayed(content: Record<string, string | Buffer>): Promise<string> {
  const callId = await sealed(content)
  await shipping().look()
  await test.db.deleteFrom('stored_recording').where('call_id', '=', callId).execute()
  return callId
}
const names = () => [...s3.objects.keys()].sort()
const aside = (name: string) => name.replace('p/', 'p/strays/')
const asideOf = (before: readonly string[]) => before.map(aside)

const sweepAll = (now: number) =>
  sweepS3({ db: test.db, log, s3: createS3(s3.config), now, copyBytes: 2 * PART })
/** As far as its row knows, it is of this attempt; returns that of before. */
async function attempt(callId: string, generation = newId()): Promise<string> {
  const rows = test.db.selectFrom('stored_recording').select('generation').where('call_id', '=', callId)
  const before = await rows.executeTakeFirstOrThrow()
  await test.db.updateTable('stored_recording').set({ generation }).where('call_id', '=', callId).execute()
  return before.generation
}

it('what is set aside in the store lies there as it was for a week, in parts where it is large, and on where a row names it again', async () => {
  const callId = await sealed({ 'audio.webm': randomBytes(3 * PART), 'audio-1.webm': 'more' })
  await shipping().look()
  const before = new Map(s3.objects)
  const generation = await attempt(callId)
  expect(await sweepAll(later())).toBe(3)
  expect(names()).toEqual(asideOf([...before.keys()]).sort())
  for (const [name, bytes] of before) expect(s3.objects.get(aside(name))?.equals(bytes)).toBe(true)
  expect(await sweepAll(Date.now() + 7 * DAY - 60_000)).toBe(0)
  // Another's is not ours to remove.
  const theirs = `strays/${newId()}/${newId()}/audio.webm`
  await createS3(s3.config).put(theirs, Buffer.from('theirs'), newId())
  const other = await attempt(callId, generation)
  expect(await sweepAll(Date.now() + 8 * DAY)).toBe(0)
  await attempt(callId, other)
  expect(await sweepAll(Date.now() + 8 * DAY)).toBe(3)
  expect(names()).toEqual([`p/${theirs}`])
}, 60_000)

it('a sweep that dies at any request leaves it here or there, whole, and the next one goes on', async () => {
  let deaths = 0
  for (let after = 0; ; after++) {
    s3.objects.clear()
    s3.uploads.clear()
    await strayed({ 'audio.webm': randomBytes(3 * PART), 'audio-1.webm': 'more' })
    const before = new Map([...s3.objects])
    let requests = after
    s3.hinder(() => requests-- <= 0)
    const died = await sweepAll(later()).then(
      () => false,
      () => true,
    )
    s3.hinder(() => false)
    for (const [name, bytes] of before) {
      const lies = s3.objects.get(name) ?? s3.objects.get(aside(name))
      expect(lies?.equals(bytes)).toBe(true)
    }
    await sweepAll(later())
    await sweepAll(Date.now() + 4 * DAY)
    expect([names(), s3.uploads.size]).toEqual([asideOf([...before.keys()]).sort(), 0])
    if (!died) break
    deaths++
  }
  expect(deaths).toBeGreaterThan(10)
}, 60_000)

it('an erasure reaches what was set aside, and what is being set aside at that moment', async () => {
  const recordings = createRecordings({ db: test.db, config: config() })
  // Erased before the sweep is asked anything, or at any of its questions.
  for (let at = 0; ; at++) {
    const erased = await strayed({ 'audio.webm': randomBytes(3 * PART) })
    let asked = 0
    s3.hinder(async () => {
      if (asked++ !== at) return false
      await recordings.erase(erased)
      return false
    })
    await sweepAll(later())
    s3.hinder(() => false)
    if (asked <= at) {
      expect(names()).toHaveLength(2)
      await recordings.erase(erased)
    }
    expect([at, names(), [...s3.uploads.keys()]]).toEqual([at, [], []])
    if (asked <= at) break
  }
}, 60_000)

it('a folder of the media node’s goes when there is no such call and nobody has written to it for a day', async () => {
  const { callId, folder } = await layRecording({ db: test.db, siteId, dataDir }, { 'audio.webm': 'known' })
  const stray = path.join(path.dirname(folder), newId())
  await mkdir(stray)
  await writeFile(path.join(stray, 'audio.webm'), 'sound')
  await mkdir(path.join(path.dirname(folder), 'not-ours'))
  const sweep = (now?: number) =>
    sweepFolder({ db: test.db, config: config(), ...(now === undefined ? {} : { now }) })
  expect([await sweep(), await sweep(later()), await sweep(later())]).toEqual([0, 1, 0])
  expect((await readdir(path.dirname(folder))).sort()).toEqual([callId, 'not-ours'].sort())
})
