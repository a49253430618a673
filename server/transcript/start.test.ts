import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Config } from '../config.ts'
import { createLogger } from '../logger.ts'
import { createRecordings } from '../recording/recordings.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { spokenLines } from './line.store.ts'
import { startTranscripts } from './start.ts'
import { addCall, record, startEar, type Talk } from './testing.ts'

let database: TestDatabase
let dataDir: string
let script: Config['transcriber']

beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-start-'))
  const file = path.join(dataDir, 'script.json')
  const visitor = [{ text: 'Where is it?', confidence: 0.9 }]
  await writeFile(
    file,
    JSON.stringify({ language: 'en', visitor, agent: [{ text: 'Here.', confidence: null }] }),
  )
  script = { kind: 'script', file }
})
afterAll(async () => {
  await database.drop()
  await rm(dataDir, { recursive: true })
})

const start = (transcriber: Config['transcriber']) =>
  startTranscripts({
    ...{ db: database.db, recordings: createRecordings({ db: database.db, config: { dataDir } }) },
    ...{ log: createLogger('silent'), config: { transcriber }, show: () => undefined },
  })
const row = ({ callId }: Talk) =>
  database.db.selectFrom('transcript').selectAll().where('call_id', '=', callId).executeTakeFirstOrThrow()

it('what is under way at a stop is let go of, and gone on with at the next start by the engine of the settings', async () => {
  expect(start(null)).toBeNull()
  const talk = await addCall(database.db)
  await record(dataDir, talk.callId, { visitor: [[4, 7]], agent: [[20, 23]] })
  const { callId: call_id, conversationId: conversation_id } = talk
  await database.db.insertInto('transcript').values({ call_id, conversation_id }).execute()

  const ear = await startEar()
  const asked = new Promise<void>((done) => {
    ear.answer = () => {
      done()
      return null
    }
  })
  const first = start({ kind: 'endpoint', url: ear.url, key: null, model: 'tiny' })
  await asked
  await first?.stop()
  await ear.close()
  const left = await row(talk)
  expect([left.state, left.tries]).toEqual(['open', 0])
  expect(left.due_at.getTime()).toBeLessThanOrEqual(Date.now() + 1_000)

  const second = start(script)
  while ((await row(talk)).state !== 'done') await delay(20)
  await second?.stop()
  const lines = await spokenLines(database.db, conversation_id)
  expect(lines.map(({ seat, text, engine }) => [seat, text, engine])).toEqual([
    ['visitor', 'Where is it?', 'script'],
    ['agent', 'Here.', 'script'],
  ])
})

it('a script that cannot be read ends the start', () => {
  expect(() => start({ kind: 'script', file: path.join(dataDir, 'none.json') })).toThrow(/none\.json/)
})
