import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { createBus } from '../bus.ts'
import { saveItem } from '../configuration/configuration.service.ts'
import { queueBody } from '../configuration/testing.ts'
import { lockConversation } from '../conversation/conversation.store.ts'
import { removeParts, removeRows } from '../keeping/removal.store.ts'
import { createLogger } from '../logger.ts'
import { createRecordings } from '../recording/recordings.ts'
import { inTransaction } from '../storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { createEndpoint } from './endpoint.ts'
import type { Engine } from './engine.ts'
import { spokenLines } from './line.store.ts'
import { addCall, BEGIN, type Ear, record, says, startEar, type Talk } from './testing.ts'
import { transcribeDue, type TranscribeDeps, wantTranscript } from './transcript.service.ts'

let database: TestDatabase
let ear: Ear
let d: TranscribeDeps
let dataDir: string
const queues = { on: newId(), off: newId() }
const go = () => transcribeDue(d, new AbortController().signal)

beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-said-'))
  ear = await startEar()
  const engine = createEndpoint({ url: ear.url, key: null, model: 'tiny', answersMs: 10_000 })
  const recordings = createRecordings({ db: database.db, config: { dataDir } })
  d = { db: database.db, recordings, log: createLogger('silent'), engine, retryMs: 0 }
  const admin = { kind: 'staff', personId: newId(), name: 'Root', role: 'admin', queues: [] } as const
  for (const [name, id] of Object.entries(queues)) {
    const body = queueBody({ name, transcribe: name === 'on' })
    await saveItem({ db: d.db, bus: createBus() }, admin, { kind: 'queue', id, version: 0, body })
  }
})
afterAll(async () => {
  await ear.close()
  await database.drop()
  await rm(dataDir, { recursive: true })
})
beforeEach(() => {
  ear.asked = []
})

const want = (talk: Talk, queueId: string | null = queues.on) =>
  inTransaction(d.db, (trx) => wantTranscript(trx, { ...talk, queueId, runs: false }))
const stateOf = async ({ callId }: Talk) =>
  (await d.db.selectFrom('transcript').select('state').where('call_id', '=', callId).executeTakeFirst())
    ?.state
const said = async ({ conversationId }: Talk) =>
  (await spokenLines(d.db, conversationId)).map(({ n, seat, speaker, at, until, text }) => ({
    ...{ n, seat, speaker, text },
    ...{ from: Math.round((at - BEGIN) / 100) / 10, to: Math.round((until - BEGIN) / 100) / 10 },
  }))

/** Two pieces of the visitor, one of the agent between them. */
async function twoSided(): Promise<Talk> {
  const talk = await addCall(d.db)
  await record(dataDir, talk.callId, {
    visitor: [
      [4, 8],
      [30, 34],
    ],
    agent: [[10, 15]],
  })
  await want(talk)
  return talk
}

describe('a recorded call', () => {
  it('of a queue that has it so is written down: only what was spoken, each side by itself, in its place', async () => {
    ear.answer = (_, nth) => says(`first ${nth}`, `second ${nth}`)
    const talk = await twoSided()
    await go()
    expect(ear.asked).toHaveLength(3)
    expect(ear.asked.map(({ ogg }) => ogg.subarray(0, 4).toString())).toEqual(['OggS', 'OggS', 'OggS'])
    expect(await said(talk)).toEqual([
      { n: 1, seat: 'visitor', speaker: null, text: 'first 0', from: 3.7, to: 5.7 },
      { n: 2, seat: 'visitor', speaker: null, text: 'second 0', from: 5.7, to: 7.7 },
      { n: 3, seat: 'agent', speaker: 'Ana', text: 'first 1', from: 9.7, to: 11.7 },
      { n: 4, seat: 'agent', speaker: 'Ana', text: 'second 1', from: 11.7, to: 13.7 },
      { n: 5, seat: 'visitor', speaker: null, text: 'first 2', from: 29.7, to: 31.7 },
      { n: 6, seat: 'visitor', speaker: null, text: 'second 2', from: 31.7, to: 33.7 },
    ])
    const [line] = await spokenLines(d.db, talk.conversationId)
    expect(line).toMatchObject({ engine: 'tiny', language: 'english', confidence: expect.closeTo(0.905, 2) })
    expect(await stateOf(talk)).toBe('done')
    await go()
    expect(ear.asked).toHaveLength(3)
  })

  it('of any other queue is not', async () => {
    const talk = await addCall(d.db)
    await want(talk, queues.off)
    await want(talk, null)
    expect(await stateOf(talk)).toBeUndefined()
  })

  it('is gone on with where it stopped: an engine that was away, or a server that died, gets no piece twice', async () => {
    ear.answer = (_, nth) => (nth === 1 ? { status: 503 } : says(`word ${nth}`))
    const talk = await twoSided()
    await go()
    expect((await said(talk)).map(({ text }) => text)).toEqual(['word 0'])
    expect(await stateOf(talk)).toBe('open')
    // Killed while the engine hears the second piece.
    const cut = new AbortController()
    ear.answer = (_, nth) => {
      if (nth === 2) cut.abort()
      return nth === 2 ? null : says(`word ${nth}`)
    }
    await transcribeDue(d, cut.signal)
    expect((await said(talk)).map(({ text }) => text)).toEqual(['word 0'])
    await go()
    expect((await said(talk)).map(({ text }) => text)).toEqual(['word 0', 'word 3', 'word 4'])
    expect(await stateOf(talk)).toBe('done')
  })

  it('whose recording becomes whole anew while it is written down is gone through to its new end', async () => {
    ear.answer = (_, nth) => says(`word ${nth}`)
    const talk = await addCall(d.db)
    const recorded = (...visitor: [number, number][]) => record(dataDir, talk.callId, { visitor, agent: [] })
    await recorded([4, 8])
    await want(talk)
    const engine: Engine = {
      ...d.engine,
      async hear(piece, signal) {
        const heard = await d.engine.hear(piece, signal)
        // Its node was lost in between, and the rest comes when all that there was has been heard.
        if (ear.asked.length === 1) {
          await recorded([4, 8], [30, 34])
          await want(talk)
        }
        return heard
      },
    }
    await transcribeDue({ ...d, engine }, new AbortController().signal)
    expect((await said(talk)).map(({ text }) => text)).toEqual(['word 0', 'word 1'])
    expect(await stateOf(talk)).toBe('done')
  })

  it('does without a piece that the engine refuses', async () => {
    // With times, and without.
    ear.answer = (_, nth) => (nth < 2 ? { status: 422 } : says(`word ${nth}`))
    const talk = await twoSided()
    await go()
    expect((await said(talk)).map(({ text }) => text)).toEqual(['word 2', 'word 3'])
    expect(await stateOf(talk)).toBe('done')
  })

  it('has its card numbers masked before they are stored, also where one goes on in the next piece', async () => {
    ear.answer = (_, nth) =>
      [says('It is 4111 1111', '1111'), says('I note that'), says('1111')][nth] ?? says()
    const talk = await addCall(d.db)
    const spoken = {
      visitor: [
        [2, 6],
        [9, 12],
      ] as [number, number][],
      agent: [[7, 8]] as [number, number][],
    }
    await record(dataDir, talk.callId, spoken)
    await want(talk)
    await go()
    const visitor = (await said(talk)).filter(({ seat }) => seat === 'visitor')
    expect(visitor.map(({ text }) => text)).toEqual(['It is •••• ••••', '••••', '••••'])
  })

  it('has no line within a pause, and nothing of it is sent', async () => {
    ear.answer = () => says('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
    const talk = await addCall(d.db)
    await record(dataDir, talk.callId, {
      ...{ visitor: [[2, 20]], agent: [[40, 42]], paused: [6, 12] },
    })
    await want(talk)
    await go()
    const lines = await said(talk)
    expect(lines.filter(({ from, to }) => from < 12 && to > 6)).toEqual([])
    expect(lines.some(({ to }) => to > 5.8 && to <= 6)).toBe(true)
    expect(lines.some(({ from }) => from >= 12 && from < 12.2)).toBe(true)
  })

  it('that is removed meanwhile leaves nothing behind, with its conversation or without', async () => {
    for (const whole of [true, false]) {
      const talk = await twoSided()
      let removed: Promise<unknown> = Promise.resolve()
      ear.asked = []
      ear.answer = (_, nth) => {
        const { conversationId } = talk
        if (nth === 1)
          removed = inTransaction(d.db, async (trx) => {
            // As every removal does first.
            await lockConversation(trx, conversationId)
            if (whole) await removeRows(trx, 'conversation', { id: conversationId, job: newId() })
            else
              for (const part of ['recording', 'transcript'] as const)
                await removeParts(trx, part, { conversationId, by: 'rule', job: newId() })
          })
        return says(`word ${nth}`)
      }
      await go()
      await removed
      await go()
      expect(await said(talk)).toEqual([])
      expect(await stateOf(talk)).toBeUndefined()
    }
  })
})
