import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { until } from '../../sfu/testing/node-harness.ts'
import { createBus } from '../bus.ts'
import type { TestApp } from '../testing/app.ts'
import { connectClient } from '../testing/client.ts'
import { sitDown } from '../testing/seat.ts'
import { createRecordings } from '../recording/recordings.ts'
import { applyFact, forgetFacts } from './fact.service.ts'
import type { MediaNode as NodeChannel } from './media-node.ts'
import { all, type CallPlace, heard, hears, startCallPlace } from './testing.ts'

let place: CallPlace
let app: TestApp
beforeAll(async () => {
  place = await startCallPlace()
  app = place.app
})
afterAll(() => place.stop())

describe('a call', () => {
  it('carries nothing before it is accepted, both ways after, and is recorded only with consent', async () => {
    const pair = await place.talking()
    const { callId, seats } = await place.calling(pair)
    // The offer of the agent's track has arrived while ringing; its packets have not.
    await until(() => seats.visitor.received.size === 1, 5_000, 'a consumer while ringing')
    expect(heard(seats.visitor)).toBe(0)
    await pair.agent.request('call.answer', { callId, accept: true })
    await Promise.all([hears(seats.visitor), hears(seats.agent)])
    await until(async () => (await place.eventsOf(pair)).some((event) => event.type === 'recordingStarted'))
    // As a browser does: the connection is closed before the word arrives.
    seats.visitor.close()
    await pair.visitor.request('call.hangUp', { callId })
    const events = await place.eventsOf(pair)
    expect(events.map((event) => event.type)).not.toContain('sideLeft')
    const ended = events.at(-1)
    expect(ended).toMatchObject({
      type: 'callEnded',
      payload: { reason: 'hungUp', by: 'visitor', recorded: true },
    })
    await until(async () => (await place.callRow(callId)).finalised_at !== null, 10_000, 'finalising')
    const recordings = createRecordings(app)
    const index = await recordings.index(callId)
    expect(index).toMatchObject({ audio: { channels: [{ role: 'visitor' }, { role: 'agent' }] } })
    // Soon it lies sealed, and whoever reads it cannot tell.
    const folder = path.join(place.sfu.dataDir, 'recordings', callId)
    const left = ['announced', 'manifest.jsonl', 'taken']
    await until(async () => (await readdir(folder)).sort().join() === left.join(), 30_000, 'sealing')
    expect(await recordings.index(callId)).toEqual(index)
    const sound = await recordings.open(callId, 'audio.webm')
    const bytes = Buffer.concat((await sound?.read().toArray()) ?? [])
    expect([bytes.length, bytes.readUInt32BE()]).toEqual([index?.audio?.bytes, 0x1a45dfa3])
    for (const seat of Object.values(seats)) seat.close()
  }, 60_000)

  it('goes between people who are connected to two servers, also when its media moves', async () => {
    const other = await app.beside()
    const { agent: first, ...pair } = await place.talking()
    first.close()
    const there = await connectClient('desk', other.url, first.session.access)
    const agent = Object.assign(there, { session: first.session })
    // Which of the two finds the media node first is chance; who has not would answer that it is away.
    await until(async () => (await fetch(`${other.url}/readyz`)).ok)
    const { callId, seats } = await place.calling({ ...pair, agent })
    await agent.request('call.answer', { callId, accept: true })
    await Promise.all([hears(seats.visitor), hears(seats.agent)])
    await place.killWorkerOf(callId)
    // Both are told by the server that moved it.
    await Promise.all([
      pair.visitor.push('media.moved', (greeting) => greeting.callId === callId),
      agent.push('media.moved', (greeting) => greeting.callId === callId),
    ])
    await pair.visitor.request('call.hangUp', { callId })
    for (const seat of Object.values(seats)) seat.close()
    agent.close()
    await other.stop()
  }, 60_000)

  it('refused to be recorded goes on and leaves no file', async () => {
    const pair = await place.talking()
    const { callId, seats } = await place.calling(pair, { record: [] })
    await pair.agent.request('call.answer', { callId, accept: true })
    await Promise.all([hears(seats.visitor), hears(seats.agent)])
    await pair.agent.request('call.hangUp', { callId })
    const events = await place.eventsOf(pair)
    expect(events.map((event) => event.type)).not.toContain('recordingStarted')
    const segments = await app.db.selectFrom('segment').selectAll().where('call_id', '=', callId).execute()
    expect(segments).toEqual([])
    for (const seat of Object.values(seats)) seat.close()
  })

  it('goes on while the server is away, and is the same call when it is back', async () => {
    const pair = await place.talking()
    const { callId, seats } = await place.calling(pair)
    await pair.agent.request('call.answer', { callId, accept: true })
    await Promise.all([hears(seats.visitor), hears(seats.agent)])
    await app.restart()
    await Promise.all([hears(seats.visitor, 50), hears(seats.agent, 50)])
    const row = await place.callRow(callId)
    expect(row).toMatchObject({ ended_at: null, media_epoch: 1 })
    const gaps = [...seats.visitor.received.values()].map((one) => one.largestGap)
    expect(Math.max(...gaps)).toBeLessThan(400)
    for (const seat of Object.values(seats)) seat.close()
  })

  it('moves to another worker when its own is killed', async () => {
    const pair = await place.talking()
    const { callId, seats } = await place.calling(pair)
    await pair.agent.request('call.answer', { callId, accept: true })
    await Promise.all([hears(seats.visitor), hears(seats.agent)])
    await place.killWorkerOf(callId)
    const killedAt = performance.now()
    const [moved, movedAgent] = await Promise.all([
      pair.visitor.push('media.moved', (one) => one.callId === callId),
      pair.agent.push('media.moved', (one) => one.callId === callId),
    ])
    expect(performance.now() - killedAt).toBeLessThan(3_000)
    const again = {
      visitor: await sitDown(pair.visitor, callId, moved),
      agent: await sitDown(pair.agent, callId, movedAgent),
    }
    await Promise.all([again.visitor.sendMic({ voice: 1 }), again.agent.sendMic({ voice: 2 })])
    await Promise.all([hears(again.visitor), hears(again.agent)])
    await until(async () => {
      const opened = await app.db.selectFrom('segment').select('id').where('call_id', '=', callId).execute()
      return opened.length >= 4
    })
    expect((await place.eventsOf(pair)).filter((event) => event.type === 'mediaMoved')).toHaveLength(1)
    await pair.agent.request('call.hangUp', { callId })
    for (const seat of [...Object.values(seats), ...Object.values(again)]) seat.close()
  })
})

describe('a side whose connection goes', () => {
  it('is told to be gone after a moment, not by a hang-up, and the call waits for it', async () => {
    const pair = await place.talking()
    const { callId, seats } = await place.calling(pair)
    await pair.agent.request('call.answer', { callId, accept: true })
    await Promise.all([hears(seats.visitor), hears(seats.agent)])
    seats.visitor.close()
    pair.visitor.close()
    // Gone without a word: the node's consent check has to run out first.
    await until(async () => !(await place.stateOf(pair)).call?.seats.visitor.present, 45_000, 'sideLeft')
    expect(await place.callRow(callId)).toMatchObject({ ended_at: null })
    await pair.agent.request('call.hangUp', { callId })
    seats.agent.close()
  }, 60_000)

  it('gets no time counted against it while its sound flows, or once it is back', async () => {
    const pair = await place.talking()
    const { callId, seats } = await place.calling(pair)
    await pair.agent.request('call.answer', { callId, accept: true })
    await Promise.all([hears(seats.visitor), hears(seats.agent)])
    // As when a network was lost for a moment: the socket stayed, and nobody opened a seat again.
    await sql`update call_seat set gone_since = now() - interval '1 hour'
      where call_id = ${callId} and seat_id = 'visitor'`.execute(app.db)
    const age = async () =>
      Date.now() - ((await place.seatRow(callId, 'visitor')).gone_since?.getTime() ?? Date.now())
    await until(async () => (await age()) < 60_000, 5_000, 'a fresh grace')
    const bus = createBus()
    const d = { ...{ db: app.db, config: app.config, newId: id, bus }, node: away, tabIsHere: () => true }
    const { epoch } = await place.seatRow(callId, 'visitor')
    const back = { type: 'seatConnected' as const, roomId: callId, seatId: 'visitor', epoch, at: Date.now() }
    await applyFact(d, 'another boot', 1, back)
    expect(await place.callRow(callId)).toMatchObject({ ended_at: null })
    expect(await place.seatRow(callId, 'visitor')).toMatchObject({ gone_since: null })
    const { bootId } = place.node
    await forgetFacts({ ...d, node: { ...away, bootId: () => bootId } })
    const known = await app.db.selectFrom('media_fact').select('boot_id').distinct().execute()
    expect(known).toEqual([{ boot_id: bootId }])
    await pair.agent.request('call.hangUp', { callId })
    for (const seat of Object.values(seats)) seat.close()
  }, 20_000)
})

describe('a call whose node is another now', () => {
  it('gives out no seat before both of them are made anew', async () => {
    const { visitor, agent, conversationId } = await place.talking()
    const { callId } = await visitor.request('call.ask', { conversationId, media: 'voice', consent: all })
    const { epoch } = await visitor.request('media.open', { callId, take: false })
    await agent.request('media.open', { callId, take: false })
    const { boot_id } = await place.callRow(callId)
    const agentSeat = await place.seatRow(callId, 'agent')
    await sql`update call set boot_id = 'a dead one' where id = ${callId}`.execute(app.db)
    // A tab that lost its socket meanwhile asks for what it had. That is gone, and so is the other side's.
    const again = visitor.request('media.open', { callId, take: false, epoch })
    await expect(again).rejects.toMatchObject({ code: 'unavailable' })
    await app.restart()
    await until(async () => (await place.callRow(callId)).boot_id === boot_id, 5_000, 'recovery')
    expect(await place.seatRow(callId, 'visitor')).toMatchObject({ epoch: epoch + 1 })
    expect(await place.seatRow(callId, 'agent')).toMatchObject({ epoch: agentSeat.epoch + 1 })
  }, 20_000)
})

describe('a seat', () => {
  it('is nobody else’s: neither its transports nor its tracks', async () => {
    const [pair, stranger, other] = [await place.talking(), await app.visitor(), await app.staff('Other')]
    const { callId, seats } = await place.calling(pair)
    const attempts = [
      stranger.request('media.open', { callId, take: true }),
      other.request('media.open', { callId, take: true }),
      stranger.request('media.capabilities', { callId, epoch: 1, rtpCapabilities: {} }),
      stranger.request('call.answer', { callId, accept: true }),
      stranger.request('call.hangUp', { callId }),
    ]
    const nothing = stranger.request('call.hangUp', { callId: id() })
    const answers = await Promise.allSettled([...attempts, nothing])
    // To the last letter what they would hear of a call that does not exist.
    expect(
      new Set(answers.map((one) => (one.status === 'rejected' ? String(one.reason) : 'let in'))).size,
    ).toBe(1)
    expect(answers[0]).toMatchObject({ reason: { code: 'notFound' } })
    for (const seat of Object.values(seats)) seat.close()
  })

  it('is taken over by another tab only when asked, and the first is told', async () => {
    const pair = await place.talking()
    const { callId, seats } = await place.calling(pair)
    const second = await app.again(pair.agent.session)
    await expect(second.request('media.open', { callId, take: false })).rejects.toMatchObject({
      code: 'conflict',
    })
    await second.request('media.open', { callId, take: true })
    expect(await pair.agent.push('media.closed')).toEqual({ callId, why: 'taken' })
    for (const seat of Object.values(seats)) seat.close()
  })

  it.each([
    ['no fingerprints', { role: 'client', fingerprints: [] }],
    ['a foreign algorithm', { role: 'client', fingerprints: [{ algorithm: 'md5', value: 'AA' }] }],
    ['nothing at all', {}],
    ['deep nesting', { role: 'client', fingerprints: [JSON.parse('['.repeat(15) + ']'.repeat(15))] }],
  ])('refuses DTLS parameters with %s, and lives on', async (_, dtlsParameters) => {
    const pair = await place.talking()
    const { conversationId } = pair
    const { callId } = await pair.visitor.request('call.ask', {
      conversationId,
      media: 'voice',
      consent: all,
    })
    const { epoch } = await pair.visitor.request('media.open', { callId, take: false })
    const input = { callId, epoch, direction: 'send' as const, dtlsParameters }
    await expect(pair.visitor.request('media.connect', input)).rejects.toMatchObject({ code: 'badInput' })
    const seat = await sitDown(pair.visitor, callId)
    await seat.sendMic()
    seat.close()
  })
})

/** Never asked by what only writes. */
const away: NodeChannel = {
  request: () => Promise.reject(new Error('not asked')),
  bootId: () => null,
  ack: () => undefined,
  close: () => undefined,
}
