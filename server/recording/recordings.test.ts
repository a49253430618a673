import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { smallDisk } from '../../sfu/testing/small-disk.ts'
import { lastFaults } from '../backlog/fault.store.ts'
import { removeParts } from '../keeping/removal.store.ts'
import { dyingDatabase } from '../keeping/testing/dying.ts'
import { scanFolder } from '../keeping/testing/scan.ts'
import { createLogger } from '../logger.ts'
import { addSite } from '../site/site.service.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { createRecordings, type Recordings } from './recordings.ts'
import { missKeys } from '../sealing/keys.service.ts'
import { missS3, storeFinished, sweepVault } from './store.service.ts'
import { withStoreLock } from './stored.store.ts'
import { indexOf, layRecording } from './testing.ts'

let test: TestDatabase
let siteId: string
let dataDir: string
let recordings: Recordings
const log = createLogger('silent')
const d = () => ({ db: test.db, config: { dataDir }, log })
beforeAll(async () => {
  test = await createTestDatabase()
  siteId = (await addSite(test.db, { name: 'Shop', origins: ['https://shop.example'] })).id
})
afterAll(() => test.drop())
const folders: string[] = []
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-recordings-'))
  folders.push(dataDir)
  recordings = createRecordings(d())
})
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

const NO_CALL = 'xxxxxxxx-0000-7000-8000-000000000000'
const lay = (files: Record<string, string | Buffer>) => layRecording({ db: test.db, siteId, dataDir }, files)

async function read(callId: string, name: string, ...range: [number?, number?]): Promise<Buffer> {
  const file = await recordings.open(callId, name)
  return Buffer.concat((await file?.read(...range).toArray()) ?? [])
}
const text = async (...asked: Parameters<typeof read>) => (await read(...asked)).toString()

/** The sealed files of a call. */
async function sealedOf(callId: string): Promise<(name: string) => string> {
  const folder = path.join(dataDir, 'vault', callId)
  const [attempt = '', ...more] = await readdir(folder)
  expect(more).toEqual([])
  return (name) => path.join(folder, attempt, name)
}

it('gives the files that the index names, from byte to byte, and nothing else that lies there', async () => {
  const files = { 'audio.webm': '0123456789', 'audio-1.webm': 'further' }
  const { callId, folder } = await lay(files)
  await rm(path.join(folder, 'audio-1.webm'))
  const asked = async () => ({
    index: await recordings.index(callId),
    size: (await recordings.open(callId, 'audio.webm'))?.size,
    version: (await recordings.open(callId, 'audio.webm'))?.version,
    ranges: [
      await text(callId, 'audio.webm'),
      await text(callId, 'audio.webm', 2, 5),
      await text(callId, 'audio.webm', 8),
      await text(callId, 'audio.webm', 4, 4),
    ],
    none: await Promise.all(
      ['audio-1.webm', 'manifest.jsonl', 'replay.json', '../x', ''].map((name) =>
        recordings.open(callId, name),
      ),
    ),
  })
  const clear = await asked()
  expect(clear).toMatchObject({
    ...{ index: indexOf(callId, Object.keys(files)), size: 10, ranges: ['0123456789', '234', '89', ''] },
    none: [null, null, null, null, null],
  })
  expect(await storeFinished(d())).toBe(1)
  expect((await readdir(folder)).sort()).toEqual(['manifest.jsonl', 'taken'])
  // Nobody who reads can tell.
  expect(await asked()).toEqual(clear)
  await recordings.erase(callId)
  await recordings.erase(callId)
  expect([
    await readdir(path.join(dataDir, 'vault')),
    await readdir(path.join(dataDir, 'recordings')),
  ]).toEqual([[], []])
}, 60_000)

it('any range of a sealed file is what lay in clear, for at most a chunk more at each end', async () => {
  const content = randomBytes(100_000)
  const { callId } = await lay({
    'audio.webm': content,
    'audio-1.webm': '',
    'audio-2.webm': randomBytes(32_768),
  })
  await storeFinished(d())
  const edges = [0, 1, 16_383, 16_384, 16_385, 49_152, 99_999, 100_000]
  for (const from of edges) {
    for (const to of edges.filter((one) => one >= from))
      expect((await read(callId, 'audio.webm', from, to)).equals(content.subarray(from, to))).toBe(true)
  }
  expect(await text(callId, 'audio-1.webm')).toBe('')
  expect((await read(callId, 'audio-2.webm')).length).toBe(32_768)
}, 60_000)

it('a sealed file that was altered, cut off, put in another’s place or mixed does not open, and no word is in the folder', async () => {
  const word = 'canary-0123456789'
  const content = Buffer.from(word.repeat(5_000))
  const { callId } = await lay({ 'audio.webm': content, 'audio-1.webm': content })
  await storeFinished(d())
  const found = scanFolder(dataDir, [word])
  expect(found.get(word)).toEqual([])
  const sealed = await sealedOf(callId)
  const whole = await readFile(sealed('audio.webm'))
  const chunk = (n: number) => whole.subarray(32 + n * 16_400, 32 + (n + 1) * 16_400)
  const flipped = Buffer.from(whole)
  flipped[40_000] = (flipped[40_000] ?? 0) ^ 1
  const bad = [
    flipped,
    whole.subarray(0, whole.length - 1),
    whole.subarray(0, 32 + 16_400),
    Buffer.concat([whole.subarray(0, 32), chunk(1), chunk(0), whole.subarray(32 + 2 * 16_400)]),
    await readFile(sealed('audio-1.webm')),
  ]
  for (const bytes of bad) {
    await writeFile(sealed('audio.webm'), bytes)
    await expect(read(callId, 'audio.webm')).rejects.toThrow()
  }
  // What is whole before the fault still plays.
  await writeFile(sealed('audio.webm'), flipped)
  expect(await text(callId, 'audio.webm', 0, 17)).toBe(word)
  await writeFile(sealed('audio.webm'), whole)
  expect((await read(callId, 'audio.webm')).equals(content)).toBe(true)
}, 60_000)

it('erased, its key is gone with its row: a copy of the file says nothing, and what is left of one goes', async () => {
  const { callId, conversationId } = await lay({ 'audio.webm': 'sound' })
  await storeFinished(d())
  await test.db
    .transaction()
    .execute((trx) => removeParts(trx, 'recording', { conversationId, by: 'rule', job: newId() }))
  expect(
    await test.db.selectFrom('stored_recording').selectAll().where('call_id', '=', callId).execute(),
  ).toEqual([])
  expect(await recordings.open(callId, 'audio.webm')).toBeNull()
  await sweepVault(d())
  expect(await readdir(path.join(dataDir, 'vault'))).toEqual([])
  // What a sweep has set aside meanwhile is no hiding place.
  const aside = async () =>
    (await readdir(path.join(dataDir, 'strays'), { recursive: true })).filter((name) => name.includes(callId))
  expect((await aside()).length).toBeGreaterThan(1)
  await recordings.erase(callId)
  expect(await aside()).toEqual([])
}, 60_000)

it('a folder of the vault that cannot be read is told of, keeps no other from being swept, and is not taken for empty', async () => {
  const [broken, other] = [await lay({ 'audio.webm': 'sound' }), await lay({ 'audio.webm': 'sound' })]
  await cp(broken.folder, path.join(dataDir, 'backup'), { recursive: true })
  expect(await storeFinished(d())).toBe(2)
  const folder = path.join(dataDir, 'vault', broken.callId)
  await rm(folder, { recursive: true })
  await writeFile(folder, 'no folder')
  const left = path.join(dataDir, 'vault', other.callId, newId())
  await mkdir(left)
  const told: object[] = []
  const speaking = createLogger('error', 'test', {
    write: (line: string) => void told.push(JSON.parse(line) as object),
  })
  await sweepVault({ ...d(), log: speaking })
  expect(told).toMatchObject([{ callId: broken.callId }])
  await expect(readdir(left)).rejects.toThrow('ENOENT')

  // It may lie there sealed: it is not sealed anew from what lies in clear, with another key.
  const row = () =>
    test.db
      .selectFrom('stored_recording')
      .select('generation')
      .where('call_id', '=', broken.callId)
      .executeTakeFirst()
  const before = await row()
  await rm(broken.folder, { recursive: true })
  await cp(path.join(dataDir, 'backup'), broken.folder, { recursive: true })
  expect([await storeFinished(d()), await row()]).toEqual([0, before])
}, 60_000)

it('waits for the end of the call and of the finalising, and takes nothing of one that was erased meanwhile', async () => {
  const one = await lay({ 'audio.webm': 'sound' })
  const change = (to: object) => test.db.updateTable('call').set(to).where('id', '=', one.callId).execute()
  await change({ finalised_at: null })
  expect(await storeFinished(d())).toBe(0)
  await change({ finalised_at: new Date(), ended_at: null })
  expect(await storeFinished(d())).toBe(0)
  await change({ ended_at: new Date() })
  const raw = path.join(one.folder, `${one.callId}.webm`)
  await writeFile(raw, 'raw')
  expect(await storeFinished(d())).toBe(0)
  await rm(raw)
  await test.db.deleteFrom('segment').where('call_id', '=', one.callId).execute()
  expect(await storeFinished(d())).toBe(0)
  expect([
    await text(one.callId, 'audio.webm'),
    await readdir(path.join(dataDir, 'vault', one.callId)),
  ]).toEqual(['sound', []])
}, 60_000)

it('a folder that cannot be read, or holds what nobody put there, keeps no other from being sealed', async () => {
  const odd = await lay({ 'audio.webm': 'sound' })
  await storeFinished(d())
  await mkdir(path.join(odd.folder, 'thumbnails'))
  const root = path.dirname(odd.folder)
  // First and last in the folder, in whatever order it is read.
  const broken = [NO_CALL.replaceAll('x', '0'), NO_CALL.replaceAll('x', 'f')]
  for (const name of broken) await writeFile(path.join(root, name), 'no folder')
  const { callId } = await lay({ 'audio.webm': 'whole' })
  const again = new Map<string, number>()
  expect(await storeFinished(d(), () => false, again)).toBe(1)
  expect([await text(callId, 'audio.webm'), [...again.keys()].sort()]).toEqual(['whole', broken])
  expect((await readdir(odd.folder)).sort()).toEqual(['manifest.jsonl', 'taken'])
  expect((await lastFaults(test.db)).get('sealing')?.words).toContain('ENOTDIR')
}, 60_000)

it('killed at any statement, or between any two files, it leaves what the next look brings to its end', async () => {
  let deaths = 0
  for (let after = 0; ; after++) {
    const { callId, folder } = await lay({ 'audio.webm': 'sound' })
    const dying = dyingDatabase(test.url, after)
    await storeFinished({ ...d(), db: dying.db }).catch(() => undefined)
    await dying.close()
    expect(await text(callId, 'audio.webm')).toBe('sound')
    const taken = (await readdir(folder)).includes('taken')
    // The dead one's lock goes with its connection.
    while (!(await readdir(folder)).includes('taken')) await storeFinished(d())
    expect(await text(callId, 'audio.webm')).toBe('sound')
    await sealedOf(callId)
    if (taken) break
    expect(after).toBeLessThan(30)
    deaths++
  }
  expect(deaths).toBeGreaterThan(4)
  // The last one's lock goes a moment after it.
  while (!(await withStoreLock(test.db, async () => undefined)));
  const worst = await lay({ 'audio.webm': 'sound' })
  const kept = ['audio.webm', 'replay.json'].map((name) => path.join(worst.folder, name))
  const copies = await Promise.all(kept.map((file) => readFile(file)))
  await storeFinished(d())
  // A row whose files are gone, while all lies in clear still.
  await rm(path.join(dataDir, 'vault', worst.callId), { recursive: true })
  await rm(path.join(worst.folder, 'taken'))
  for (const [n, file] of kept.entries()) await writeFile(file, copies[n] ?? '')
  await storeFinished(d())
  expect(await text(worst.callId, 'audio.webm')).toBe('sound')
  const { callId, folder } = await lay({ 'audio.webm': 'sound' })
  const left = await readFile(path.join(folder, 'replay.json'))
  await storeFinished(d())
  // After the commit and before the mark; then in the middle of removing what lay in clear.
  await rm(path.join(folder, 'taken'))
  await writeFile(path.join(folder, 'replay.json'), left)
  await storeFinished(d())
  expect((await readdir(folder)).sort()).toEqual(['manifest.jsonl', 'taken'])
  await writeFile(path.join(folder, 'audio.webm'), 'left over')
  await storeFinished(d())
  expect((await readdir(folder)).sort()).toEqual(['manifest.jsonl', 'taken'])
  expect(await text(callId, 'audio.webm')).toBe('sound')
}, 60_000)

it('on a full disk it stays in clear and whole, nothing of the attempt is left, and it is sealed when there is room', async () => {
  const disk = await smallDisk(8)
  if (disk === null) return
  try {
    dataDir = disk.folder
    recordings = createRecordings(d())
    const said: string[] = []
    const speaking = createLogger('error', 'test', { write: (line: string) => void said.push(line) })
    const sound = randomBytes(3 * 1024 * 1024)
    const { callId, folder } = await lay({ 'audio.webm': sound })
    const before = (await readdir(folder)).sort()
    for (const left of [2, 0]) {
      await disk.fill(left)
      expect(await storeFinished({ ...d(), log: speaking })).toBe(0)
      expect(said.splice(0)).toEqual([expect.stringContaining('could not be stored')])
      expect((await readdir(folder)).sort()).toEqual(before)
      expect((await read(callId, 'audio.webm')).equals(sound)).toBe(true)
      const vault = path.join(dataDir, 'vault', callId)
      expect(await readdir(vault).catch(() => [])).toEqual([])
      // Nor is there room for the first master key.
      if (left === 0) await expect(missKeys(d())).rejects.toThrow('ENOSPC')
      expect(await readdir(path.join(dataDir, 'keys')).catch(() => [])).toEqual([])
      await disk.free()
    }
    expect(await storeFinished(d())).toBe(1)
    expect((await read(callId, 'audio.webm')).equals(sound)).toBe(true)
    await sealedOf(callId)
  } finally {
    // Nothing there is open any more, or it could not be unmounted.
    await disk.remove()
  }
}, 60_000)

it('says at a start which recordings cannot be opened, and that keys cannot be read', async () => {
  const told: object[] = []
  const speaking = createLogger('error', 'test', {
    write: (line: string) => void told.push(JSON.parse(line) as object),
  })
  await test.db.deleteFrom('stored_recording').execute()
  await lay({ 'audio.webm': 'sound' })
  await storeFinished(d())
  const miss = async () => {
    await missS3({ ...d(), log: speaking })
    await missKeys({ ...d(), log: speaking })
  }
  await miss()
  expect(told).toEqual([])
  await test.db.updateTable('stored_recording').set({ place: 's3' }).execute()
  await rm(path.join(dataDir, 'keys'), { recursive: true })
  await miss()
  expect(told).toMatchObject([{ recordings: 1 }, { recordings: 1, key: expect.any(String) }])
  await writeFile(path.join(dataDir, 'keys', 'recordings.json'), '{"active":"x","keys":{}}')
  await expect(miss()).rejects.toThrow('these are no master keys')
}, 60_000)
