/** Captions over a real server and a real media node: who reads what. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import type { HeadlessSeat } from '../../sfu/testing/headless-seat.ts'
import { until } from '../../sfu/testing/node-harness.ts'
import { createBus } from '../bus.ts'
import { all, type CallPlace, type Pair, startCallPlace } from '../call/testing.ts'
import { saveItem } from '../configuration/configuration.service.ts'
import { queueBody } from '../configuration/testing.ts'
import type { Consent } from '../conversation/conversation.ts'
import type { Caption } from '../contract/pushes.ts'
import { sitDown } from '../testing/seat.ts'

type Person = { pushes: { name: string; payload: unknown }[] }

let place: CallPlace
let folder: string
const queues = { captioned: newId(), written: newId() }
const open: HeadlessSeat[] = []

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-script-'))
  const file = path.join(folder, 'script.json')
  const script = { visitor: 'The visitor speaks', agent: 'Staff speak' }
  const lines = Object.entries(script).map(([side, text]) => [side, [{ text, confidence: 0.9 }]])
  await writeFile(file, JSON.stringify({ language: 'en', ...Object.fromEntries(lines) }))
  place = await startCallPlace({ transcriber: { kind: 'script', file } })
  const admin = { kind: 'staff', personId: newId(), name: 'Root', role: 'admin', queues: [] } as const
  for (const [name, id] of Object.entries(queues)) {
    const body = queueBody({ name, transcribe: true, captions: name === 'captioned' })
    await saveItem({ db: place.app.db, bus: createBus() }, admin, { kind: 'queue', id, version: 0, body })
  }
})
afterAll(async () => {
  for (const seat of open) seat.close()
  await place.stop()
  await rm(folder, { recursive: true })
})

const captionsOf = ({ pushes }: Person): Caption[] =>
  pushes.flatMap(({ name, payload }) => (name === 'captions' ? (payload as { lines: Caption[] }).lines : []))
const seatsIn = (person: Person) => [...new Set(captionsOf(person).map(({ seat }) => seat))].sort()
const reads = (person: Person, more = 1) => {
  const before = captionsOf(person).length
  return until(() => captionsOf(person).length >= before + more, 15_000, 'captions')
}
/** A second of speech, and half a second of silence. */
const speak = async (seat: HeadlessSeat, voice: number) => {
  open.push(seat)
  return await seat.sendMic({ voice, sends: (n) => n % 75 < 50 })
}

async function connected(queueId: string, consent: Consent = all) {
  const pair = await place.talking()
  const { visitor, agent, conversationId } = pair
  const state = sql`jsonb_set(state, '{queueId}', to_jsonb(${queueId}::text))`
  await sql`update conversation set state = ${state} where id = ${conversationId}`.execute(place.app.db)
  const { callId } = await visitor.request('call.ask', { conversationId, media: 'voice', consent })
  const seats = { visitor: await sitDown(visitor, callId), agent: await sitDown(agent, callId) }
  const mics = { visitor: await speak(seats.visitor, 1), agent: await speak(seats.agent, 2) }
  await agent.request('call.answer', { callId, accept: true })
  return { pair, callId, seats, mics }
}
const stateOf = async (pair: Pair) => {
  const { call } = await place.stateOf(pair)
  return call?.phase === 'connected' ? call : null
}

it('what each side says is read by those who hear it, and by nobody else; on hold and in a pause by nobody', async () => {
  const { pair, callId, mics } = await connected(queues.captioned)
  const { visitor, agent } = pair
  expect(await stateOf(pair)).toMatchObject({ captions: true })
  await Promise.all([reads(visitor), reads(agent)])
  expect(captionsOf(visitor)[0]).toMatchObject({ seat: 'agent', text: 'Staff speak' })
  expect(captionsOf(agent)[0]).toMatchObject({ seat: 'visitor', text: 'The visitor speaks' })

  const boss = await place.app.staff('Vera', 'supervisor')
  await boss.request('call.supervise', { callId, mode: 'whisper' })
  await speak(await sitDown(boss, callId), 3)
  await reads(boss, 4)
  expect(seatsIn(boss)).toEqual(['agent', 'visitor'])
  expect([seatsIn(visitor), seatsIn(agent)]).toEqual([['agent'], ['visitor']])

  const quiet = async (begin: () => Promise<unknown>, end: () => Promise<unknown>) => {
    await begin()
    const from = Date.now()
    const sent = mics.visitor.sent()
    await until(() => mics.visitor.sent() > sent + 150, 10_000, 'speech')
    const to = Date.now()
    await end()
    await Promise.all([reads(visitor, 2), reads(agent, 2)])
    // What was under way at either end belongs to what lies before and after.
    const within = ({ at }: Caption) => at > from + 500 && at < to - 500
    expect([visitor, agent].flatMap((one) => captionsOf(one).filter(within))).toEqual([])
  }
  const hold = (held: boolean) => agent.request('call.hold', { callId, held })
  await quiet(
    () => hold(true),
    () => hold(false),
  )
  await quiet(
    () => agent.request('recording.pause', { callId }),
    () => agent.request('recording.resume', { callId, all: true }),
  )
  expect(seatsIn(visitor)).toEqual(['agent'])
  await agent.request('call.hangUp', { callId })
}, 90_000)

it('without consent, and in a queue that only writes down, there are none', async () => {
  const unrecorded = await connected(queues.captioned, { record: [] })
  const written = await connected(queues.written)
  expect(await stateOf(written.pair)).not.toHaveProperty('captions')
  const sent = written.mics.visitor.sent()
  await until(() => written.mics.visitor.sent() > sent + 200, 15_000, 'speech')
  for (const { pair, callId } of [unrecorded, written]) {
    await pair.agent.request('call.hangUp', { callId })
    expect([...captionsOf(pair.visitor), ...captionsOf(pair.agent)]).toEqual([])
  }
}, 60_000)
