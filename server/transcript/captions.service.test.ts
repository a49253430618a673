import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Notice } from '../../sfu/control/contract.ts'
import { codedOpus } from '../../sfu/testing/coded-media.ts'
import { until } from '../../sfu/testing/until.ts'
import { insertSeats } from '../call/call.store.ts'
import type { Pushes } from '../contract/pushes.ts'
import { createLogger } from '../logger.ts'
import { createRecordings } from '../recording/recordings.ts'
import { inTransaction } from '../storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { type Captions, createCaptions } from './captions.service.ts'
import { createEndpoint } from './endpoint.ts'
import { claimPiece } from './job.store.ts'
import { spokenLines } from './line.store.ts'
import { addCall, BEGIN, type Ear, record, says, startEar, type Talk } from './testing.ts'
import { transcribeDue, wantTranscript } from './transcript.service.ts'

type Push = { tab: string } & Pushes['guest']['captions']
type Speech = Extract<Notice, { type: 'speech' }>

let database: TestDatabase
let ear: Ear
let dataDir: string
let talk: Talk
let pushes: Push[]
const made: Captions[] = []
const cut = new AbortController().signal

beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-captions-'))
})
afterAll(async () => {
  await database.drop()
  await rm(dataDir, { recursive: true })
})
beforeEach(async () => {
  ear = await startEar()
  pushes = []
  talk = await addCall(database.db)
  const { db } = database
  await db
    .updateTable('call')
    .set({ ended_at: null, finalised_at: null })
    .where('id', '=', talk.callId)
    .execute()
  const seats = (['visitor', 'agent'] as const).map((kind) => ({ seat_id: kind, kind }))
  await inTransaction(db, (trx) => insertSeats(trx, talk.callId, seats, Date.now()))
  for (const seat of ['visitor', 'agent'])
    await db
      .updateTable('call_seat')
      .set({ epoch: 1, holder: `${seat}'s tab` })
      .where('call_id', '=', talk.callId)
      .where('seat_id', '=', seat)
      .execute()
})
afterEach(async () => {
  await Promise.all(made.splice(0).map((one) => one.stop()))
  await ear.close()
})

const engine = () => createEndpoint({ url: ear.url, key: null, model: 'tiny', answersMs: 10_000 })
function start(restMs = 0, staleMs?: number): Captions {
  const captions = createCaptions({
    ...{ db: database.db, log: createLogger('silent'), engine: engine(), restMs, staleMs },
    show: (tab, push) => void pushes.push({ tab, ...push }),
  })
  made.push(captions)
  return captions
}
/** A second and a half of the visitor's voice, that long after the recording's beginning. */
const speech = (second: number, over: Partial<Speech> = {}): Speech => ({
  ...{ type: 'speech', roomId: talk.callId, seatId: 'visitor', role: 'visitor' },
  ...{ at: BEGIN + second * 1_000, ms: 1_500, readers: [{ seatId: 'agent', epoch: 1 }] },
  packets: Array.from({ length: 75 }, (_, n) => codedOpus(n).toString('base64')),
  ...over,
})
const said = async () => (await spokenLines(database.db, talk.conversationId)).map(({ text }) => text)
const pushed = (count: number) => until(() => pushes.length >= count, 5_000, 'captions')

describe('captions', () => {
  it('go to those who heard it, as the lines that are stored, and to nobody else', async () => {
    ear.answer = () => says('Is it in stock?')
    start().notice(speech(4))
    await pushed(1)
    const [line] = await spokenLines(database.db, talk.conversationId)
    expect(line).toMatchObject({ seat: 'visitor', role: 'visitor', text: 'Is it in stock?', engine: 'tiny' })
    expect(line?.at).toBe(BEGIN + 4_000)
    expect(pushes).toEqual([
      {
        ...{ tab: "agent's tab", callId: talk.callId },
        lines: [{ n: 1, seat: 'visitor', at: BEGIN + 4_000, text: 'Is it in stock?' }],
      },
    ])
    expect(ear.asked[0]?.ogg.subarray(0, 4).toString()).toBe('OggS')
  })

  it('go to nobody who sits down after it was said', async () => {
    ear.answer = () => says('For the one before')
    const captions = start()
    captions.notice(speech(4, { readers: [{ seatId: 'agent', epoch: 0 }] }))
    await until(async () => (await said()).length === 1)
    await captions.stop()
    expect(pushes).toEqual([])
  })

  it('are masked, over pieces too, before anything of them is stored or shown', async () => {
    const texts = ['my card is 4111 1111', '1111 1111 yes']
    ear.answer = (_, nth) => says(texts[nth] ?? '')
    const captions = start()
    captions.notice(speech(4))
    captions.notice(speech(6))
    await pushed(3)
    expect((await said()).join(' ')).not.toMatch(/1111/)
    const shown = new Map(pushes.flatMap(({ lines }) => lines.map(({ n, text }) => [n, text] as const)))
    expect([...shown.values()]).toEqual(['my card is •••• ••••', '•••• •••• yes'])
  })

  it('that are masked further afterwards are told so to those who read them, and to nobody who came later', async () => {
    const texts = ['my card is 4111 1111', '1111 1111 yes']
    ear.answer = (_, nth) => says(texts[nth] ?? '')
    const captions = start()
    captions.notice(speech(4))
    await pushed(1)
    const { db } = database
    const guest = { epoch: 1, holder: "guest's tab" }
    await inTransaction(db, (trx) =>
      insertSeats(trx, talk.callId, [{ seat_id: 'g1', kind: 'guest' }], Date.now()),
    )
    await db
      .updateTable('call_seat')
      .set(guest)
      .where('call_id', '=', talk.callId)
      .where('seat_id', '=', 'g1')
      .execute()
    captions.notice(speech(6, { readers: [{ seatId: 'g1', epoch: 1 }] }))
    await pushed(3)
    expect(pushes.slice(1).map(({ tab, lines }) => [tab, lines.map(({ n, text }) => [n, text])])).toEqual([
      ["agent's tab", [[1, 'my card is •••• ••••']]],
      ["guest's tab", [[2, '•••• •••• yes']]],
    ])
  })

  it('of one side come in the order in which it spoke, however long each takes', async () => {
    const captions = start()
    ear.answer = (_, nth) => says(`word ${nth}`)
    for (const second of [4, 6, 8]) captions.notice(speech(second))
    await pushed(3)
    expect(pushes.map(({ lines }) => lines[0]?.at)).toEqual([4, 6, 8].map((s) => BEGIN + s * 1_000))
  })

  it('are made by one server, though each is told what was said', async () => {
    ear.answer = (_, nth) => says(`word ${nth}`)
    const [one, other] = [start(), start()]
    for (const second of [4, 6]) for (const each of [one, other]) each.notice(speech(second))
    await pushed(2)
    await Promise.all([one.stop(), other.stop()])
    expect(ear.asked).toHaveLength(2)
    expect(await said()).toHaveLength(2)
  })

  it('say that something is missing when the engine fails, and leave it alone for a while', async () => {
    ear.answer = () => ({ status: 503 })
    const captions = start(60_000, 2_000)
    captions.notice(speech(4))
    await pushed(1)
    captions.notice(speech(6))
    await pushed(2)
    expect(pushes.map(({ lines, late }) => [lines, late])).toEqual([
      [[], true],
      [[], true],
    ])
    expect(ear.asked).toHaveLength(1)
  })

  it('are not kept from another server by one that leaves the engine alone', async () => {
    ear.answer = (_, nth) => (nth === 0 ? { status: 503 } : says('here it is'))
    const [one, other] = [start(60_000, 2_000), start(60_000)]
    one.notice(speech(4))
    await pushed(1)
    one.notice(speech(6))
    one.notice(speech(8, { readers: [{ seatId: 'visitor', epoch: 1 }] }))
    other.notice(speech(6))
    await pushed(3)
    expect(pushes.map(({ tab, late }) => [tab, late ?? false])).toEqual([
      ["agent's tab", true],
      ["agent's tab", false],
      ["visitor's tab", true],
    ])
    expect(ear.asked).toHaveLength(2)
  })

  it('are asked for one at a time of an engine that failed, until it is back', async () => {
    let answers: () => void = () => undefined
    const answered = new Promise<void>((done) => {
      answers = done
    })
    ear.answer = async (_, nth) => {
      if (nth < 2) return { status: 503 }
      if (nth === 2) await answered
      return says('here it is')
    }
    const captions = start(1)
    const seats = ['visitor', 'agent'] as const
    for (const role of seats) captions.notice(speech(4, { seatId: role, role }))
    await pushed(2)
    for (const second of [6, 8])
      for (const role of seats) captions.notice(speech(second, { seatId: role, role }))
    await until(() => ear.asked.length === 3)
    // More questions of the database than it takes to claim another one.
    for (let n = 0; n < 20; n++) expect(await said()).toEqual([])
    expect(ear.asked).toHaveLength(3)
    answers()
    await pushed(6)
    expect(pushes.map(({ late }) => late ?? false)).toEqual([true, true, false, false, false, false])
  })

  it('of which too many wait are given up, and are said to be missing', async () => {
    ear.answer = () => null
    const captions = start(0, 2_000)
    captions.notice(speech(2))
    await until(() => ear.asked.length === 1)
    captions.notice(speech(4, { readers: [{ seatId: 'visitor', epoch: 1 }] }))
    for (let n = 0; n < 100; n++) captions.notice(speech(6 + 2 * n))
    await until(() => pushes.some(({ tab }) => tab === "visitor's tab"), 5_000)
    // At the same moment the first one's time is over, and the next one may have been asked for.
    expect(ear.asked.length).toBeLessThanOrEqual(2)
  })

  it('go on when the engine does', async () => {
    ear.answer = (_, nth) => (nth === 0 ? { status: 503 } : says('back'))
    const captions = start(1)
    for (let second = 4; !pushes.some(({ lines }) => lines.length > 0); second += 2) {
      const before = pushes.length
      captions.notice(speech(second))
      await pushed(before + 1)
    }
    expect(pushes[0]).toMatchObject({ lines: [], late: true })
    expect(await said()).toContain('back')
  })

  it('of a call that is over, or of none, go nowhere', async () => {
    ear.answer = () => says('Too late')
    const captions = start()
    const { db } = database
    await db.updateTable('call').set({ ended_at: new Date() }).where('id', '=', talk.callId).execute()
    captions.notice(speech(4))
    captions.notice(speech(4, { roomId: '01990000-0000-7000-8000-000000000000' }))
    await until(async () => (await said()).length === 1)
    await captions.stop()
    expect(pushes).toEqual([])
    expect(captions.notice({ type: 'speaking', roomId: talk.callId, seats: [] })).toBe(false)
  })
})

describe('the transcript of a call with captions', () => {
  const whole = (runs: boolean) =>
    inTransaction(database.db, (trx) => wantTranscript(trx, { ...talk, queueId: null, runs }))
  const finish = async () => {
    const recordings = createRecordings({ db: database.db, config: { dataDir } })
    await whole(false)
    const d = { db: database.db, recordings, log: createLogger('silent'), engine: engine(), retryMs: 0 }
    await transcribeDue(d, cut)
  }

  it('is their lines and what they lack, and nothing is heard twice', async () => {
    await record(dataDir, talk.callId, {
      visitor: [
        [4, 5.5],
        [20, 22],
      ],
      agent: [[10, 13]],
    })
    ear.answer = (_, nth) => says(`word ${nth}`)
    const captions = start()
    captions.notice(speech(4))
    await pushed(1)
    await captions.stop()
    await finish()
    expect(await said()).toEqual(['word 0', expect.any(String), expect.any(String)])
    expect(ear.asked).toHaveLength(3)
  })

  it('brings what a server was at when it died, and what the engine was too slow for', async () => {
    await record(dataDir, talk.callId, { visitor: [[4, 5.5]], agent: [[10, 12]] })
    let asked = 0
    ear.answer = () => (asked++ === 0 ? null : says('brought'))
    const captions = start()
    captions.notice(speech(4))
    await until(() => asked === 1)
    await captions.stop()
    expect(await said()).toEqual([])
    await finish()
    expect(await said()).toEqual(['brought', 'brought'])
  })

  it('begins when the call is over, though its files were whole before, and again when they are anew', async () => {
    await record(dataDir, talk.callId, { visitor: [[4, 5.5]], agent: [[10, 12]] })
    ear.answer = () => says('once')
    const captions = start()
    captions.notice(speech(4))
    await pushed(1)
    await whole(true)
    captions.notice(speech(8, { seatId: 'agent', role: 'agent', readers: [{ seatId: 'visitor', epoch: 1 }] }))
    await pushed(2)
    await captions.stop()
    await finish()
    expect(await said()).toEqual(['once', 'once', 'once'])
    await rm(path.join(dataDir, 'recordings', talk.callId), { recursive: true })
    await record(dataDir, talk.callId, {
      visitor: [[4, 5.5]],
      agent: [
        [10, 12],
        [30, 32],
      ],
    })
    await finish()
    expect(await said()).toEqual(['once', 'once', 'once', 'once'])
    expect(ear.asked).toHaveLength(4)
  })

  it('is being made: then no more captions are stored beside it', async () => {
    await record(dataDir, talk.callId, { visitor: [[4, 5.5]], agent: [[10, 12]] })
    ear.answer = () => says('once')
    const captions = start()
    captions.notice(speech(4))
    await pushed(1)
    await finish()
    const late = { seat: 'agent', from: BEGIN + 10_500, to: BEGIN + 11_500 }
    expect(await inTransaction(database.db, (trx) => claimPiece(trx, talk, late))).toBe(false)
    expect(await said()).toEqual(['once', 'once'])
  })
})
