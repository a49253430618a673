import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { dyingDatabase } from '../server/keeping/testing/dying.ts'
import { createLogger } from '../server/logger.ts'
import { type KeySource, parseMasterKeys } from '../server/recording/master-keys.ts'
import { createRecordings } from '../server/recording/recordings.ts'
import { storeFinished } from '../server/recording/store.service.ts'
import { layRecording } from '../server/recording/testing.ts'
import { addSite } from '../server/site/site.service.ts'
import { createTestDatabase, type TestDatabase } from '../server/storage/testing.ts'
import { runKeys } from './keys-commands.ts'

let test: TestDatabase
let dataDir: string
let calls: string[]
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

async function sounds(masterKeys?: KeySource): Promise<string[]> {
  const recordings = createRecordings({ db: test.db, config: { dataDir, masterKeys } })
  const read = async (callId: string) => {
    const found = await recordings.open(callId, 'audio.webm')
    return Buffer.concat((await found?.read().toArray()) ?? []).toString()
  }
  return Promise.all(calls.map(read))
}
const all = ['sound 0', 'sound 1', 'sound 2']

it('npm run keys rotates the master key, goes on where it was cut off, and forgets one that wraps nothing', async () => {
  expect((await stat(file())).mode & 0o777).toBe(0o600)
  const first = (await keys()).active
  expect(await run(['list'])).toBe(`${first}  3 recordings  wraps what is recorded from now on`)
  await expect(run(['drop', first])).rejects.toThrow('rotate first')

  let deaths = 0
  for (let after = 0; ; after++) {
    const dying = dyingDatabase(test.url, after)
    const outcome = await run(['rotate'], dying.db).catch(() => 'died')
    await dying.close()
    expect(await sounds()).toEqual(all)
    if (outcome !== 'died') break
    deaths++
  }
  expect(deaths).toBeGreaterThan(5)
  const { active } = await keys()
  expect(await run(['list'])).toContain(`${active}  3 recordings  wraps`)
  // What was cut off after its key was made went on with that one.
  const wraps = await test.db.selectFrom('stored_recording').select('key_id').distinct().execute()
  expect(wraps).toEqual([{ key_id: active }])

  for (const id of Object.keys((await keys()).keys).filter((one) => one !== active))
    expect(await run(['drop', id])).toBe(`${id} is forgotten`)
  expect(Object.keys((await keys()).keys)).toEqual([active])
  expect(await sounds()).toEqual(all)
  const deeds = await test.db
    .selectFrom('audit_entry')
    .select(['action', 'facts'])
    .where('kind', '=', 'masterKey')
    .orderBy('id')
    .execute()
  const told = deeds.map(({ action, facts }) => [action, JSON.parse(facts ?? '')])
  expect(told).toContainEqual(['created', { key: active }])
  expect(told).toContainEqual(['renewed', { key: active, recordings: 3 }])
  expect(told).toContainEqual(['removed', { key: first }])
  for (const words of [[], ['drop'], ['list', 'x'], ['rotate', 'x']])
    await expect(run(words)).rejects.toThrow('npm run keys')
})

it('a rotation that was cut off before anything was wrapped goes on with the key that it had made', async () => {
  const before = await keys()
  const made = { active: 'made', keys: { ...before.keys, made: randomBytes(32).toString('base64') } }
  await writeFile(file(), JSON.stringify(made))
  expect(await run(['rotate'])).toContain('made (as it was) wraps all recordings; 3 were')
  expect(await keys()).toEqual(made)
  expect(await run(['drop', before.active])).toContain('forgotten')
  expect(await sounds()).toEqual(all)
})

it('keys that a setting gives are rotated by the setting; one that is missing is named', async () => {
  const { active, keys: own } = await keys()
  const given = `new:${randomBytes(32).toString('base64')},${active}:${own[active]}`
  const both: KeySource = { given: parseMasterKeys(given) ?? { active: '', keys: new Map() } }
  expect(await run(['rotate'], test.db, both)).toContain('new (as it was) wraps all recordings; 3 were')
  expect(await sounds(both)).toEqual(all)
  await expect(sounds()).rejects.toThrow('the master key new is not there')
  expect(await run(['list'])).toContain('new  3 recordings  MISSING')
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
