import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { openAttachment, upload } from '../server/attachment/attachment.service.ts'
import { dyingDatabase } from '../server/keeping/testing/dying.ts'
import { createLogger } from '../server/logger.ts'
import { type KeySource, parseMasterKeys } from '../server/sealing/master-keys.ts'
import { createRecordings } from '../server/recording/recordings.ts'
import { storeFinished } from '../server/recording/store.service.ts'
import { layRecording } from '../server/recording/testing.ts'
import { addSite } from '../server/site/site.service.ts'
import { createTestDatabase, type TestDatabase } from '../server/storage/testing.ts'
import { runKeys } from './keys-commands.ts'

let test: TestDatabase
let dataDir: string
let calls: string[]
let files: string[]
const log = createLogger('silent')
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-keys-'))
  test = await createTestDatabase()
  const site = await addSite(test.db, { name: 'Shop', origins: ['https://shop.example'] })
  calls = []
  for (let n = 0; n < 3; n++) {
    const laid = await layRecording({ db: test.db, siteId: site.id, dataDir }, { 'audio.webm': `sound ${n}` })
    calls.push(laid.callId)
  }
  await storeFinished({ db: test.db, config: { dataDir }, log })
  const visitor = await test.db.selectFrom('visitor').select('id').executeTakeFirstOrThrow()
  const given = (n: number) => ({
    name: `${n}.txt`,
    body: Readable.from([Buffer.from(`text ${n}`)]),
    declared: null,
  })
  const by = { kind: 'visitor', id: visitor.id } as const
  const now = () => new Date()
  files = []
  for (let n = 0; n < 2; n++)
    files.push((await upload(test.db, { config: { dataDir }, now }, by, given(n))).id)
})
afterAll(async () => {
  await test.drop()
  await rm(dataDir, { recursive: true })
})

const file = () => path.join(dataDir, 'keys', 'recordings.json')
const keys = async () =>
  JSON.parse(await readFile(file(), 'utf8')) as { active: string; keys: Record<string, string> }

async function run(words: string[], db = test.db, masterKeys?: KeySource): Promise<string> {
  const lines: string[] = []
  await runKeys({ db, config: { dataDir, masterKeys }, tell: (line) => lines.push(line) }, words)
  return lines.join('\n')
}

async function contents(masterKeys?: KeySource): Promise<string[]> {
  const recordings = createRecordings({ db: test.db, config: { dataDir, masterKeys } })
  const read = async (callId: string) => {
    const found = await recordings.open(callId, 'audio.webm')
    return Buffer.concat((await found?.read().toArray()) ?? []).toString()
  }
  const text = async (id: string) => {
    const found = await openAttachment({ db: test.db, config: { dataDir, masterKeys } }, id, 'file')
    return Buffer.concat((await found?.read().toArray()) ?? []).toString()
  }
  return Promise.all([...calls.map(read), ...files.map(text)])
}
const all = ['sound 0', 'sound 1', 'sound 2', 'text 0', 'text 1']

it('npm run keys rotates the master key, goes on where it was cut off, and forgets one that wraps nothing', async () => {
  expect((await stat(file())).mode & 0o777).toBe(0o600)
  const first = (await keys()).active
  expect(await run(['list'])).toBe(`${first}  3 recordings, 2 files  wraps what is stored from now on`)
  await expect(run(['drop', first])).rejects.toThrow('rotate first')

  let deaths = 0
  for (let after = 0; ; after++) {
    const dying = dyingDatabase(test.url, after)
    const outcome = await run(['rotate'], dying.db).catch(() => 'died')
    await dying.close()
    expect(await contents()).toEqual(all)
    if (outcome !== 'died') break
    deaths++
  }
  expect(deaths).toBeGreaterThan(5)
  const { active } = await keys()
  expect(await run(['list'])).toContain(`${active}  3 recordings, 2 files  wraps`)
  // What was cut off after its key was made went on with that one.
  for (const table of ['stored_recording', 'attachment'] as const)
    expect(await test.db.selectFrom(table).select('key_id').distinct().execute()).toEqual([
      { key_id: active },
    ])

  for (const id of Object.keys((await keys()).keys).filter((one) => one !== active))
    expect(await run(['drop', id])).toBe(`${id} is forgotten`)
  expect(Object.keys((await keys()).keys)).toEqual([active])
  expect(await contents()).toEqual(all)
  const deeds = await test.db
    .selectFrom('audit_entry')
    .select(['action', 'facts'])
    .where('kind', '=', 'masterKey')
    .orderBy('id')
    .execute()
  const told = deeds.map(({ action, facts }) => [action, JSON.parse(facts ?? '')])
  expect(told).toContainEqual(['created', { key: active }])
  expect(told).toContainEqual(['renewed', { key: active, recordings: 3 }])
  expect(told).toContainEqual(['renewed', { key: active, files: 2 }])
  expect(told).toContainEqual(['removed', { key: first }])
  for (const words of [[], ['drop'], ['list', 'x'], ['rotate', 'x']])
    await expect(run(words)).rejects.toThrow('npm run keys')
})

it('a rotation that was cut off before anything was wrapped goes on with the key that it had made', async () => {
  const before = await keys()
  const made = { active: 'made', keys: { ...before.keys, made: randomBytes(32).toString('base64') } }
  await writeFile(file(), JSON.stringify(made))
  expect(await run(['rotate'])).toContain(
    'made (as it was) wraps everything; wrapped anew: 3 recordings, 2 files',
  )
  expect(await keys()).toEqual(made)
  expect(await run(['drop', before.active])).toContain('forgotten')
  expect(await contents()).toEqual(all)
})

it('keys that a setting gives are rotated by the setting; one that is missing is named', async () => {
  const { active, keys: own } = await keys()
  const given = `new:${randomBytes(32).toString('base64')},${active}:${own[active]}`
  const both: KeySource = { given: parseMasterKeys(given) ?? { active: '', keys: new Map() } }
  expect(await run(['rotate'], test.db, both)).toContain(
    'new (as it was) wraps everything; wrapped anew: 3 recordings, 2 files',
  )
  expect(await contents(both)).toEqual(all)
  await expect(contents()).rejects.toThrow('the master key new is not there')
  expect(await run(['list'])).toContain('new  3 recordings, 2 files  MISSING')
  await expect(run(['rotate'])).rejects.toThrow('the master key new is not there')
  await expect(run(['drop', active], test.db, both)).rejects.toThrow('RECORDING_KEYS')
  for (const bad of [
    '',
    'a',
    'a:b',
    `a:${own[active]}:b`,
    `a:${own[active]},a:${own[active]}`,
    `a b:${own[active]}`,
  ])
    expect(parseMasterKeys(bad)).toBeNull()
})
