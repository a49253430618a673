import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import type { HeadlessSeat } from '../../sfu/testing/headless-seat.ts'
import { until } from '../../sfu/testing/node-harness.ts'
import { readJoined } from '../../sfu/testing/read-replay.ts'
import { createBus } from '../bus.ts'
import { saveItem } from '../configuration/configuration.service.ts'
import { queueBody } from '../configuration/testing.ts'
import { sitDown } from '../testing/seat.ts'
import { createRecordings } from '../recording/recordings.ts'
import { type CallPlace, heard, hears, type Pair, startCallPlace } from './testing.ts'

let place: CallPlace
beforeAll(async () => {
  place = await startCallPlace()
})
afterAll(() => place.stop())
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(place.app.db)
})

type Staff = Pair['agent']
const openSeats: HeadlessSeat[] = []
const keep = (seat: HeadlessSeat): HeadlessSeat => {
  openSeats.push(seat)
  return seat
}
afterAll(() => {
  for (const seat of openSeats) seat.close()
})

async function connected(queueId: string | null = null) {
  const pair = await place.talking()
  if (queueId !== null) {
    const state = sql`jsonb_set(state, '{queueId}', to_jsonb(${queueId}::text))`
    await sql`update conversation set state = ${state} where id = ${pair.conversationId}`.execute(
      place.app.db,
    )
  }
  const { callId, seats } = await place.calling(pair)
  await pair.agent.request('call.answer', { callId, accept: true })
  await Promise.all([hears(seats.visitor), hears(seats.agent)])
  const amir = await place.app.staff('Amir')
  await amir.request('status.set', { status: 'available' })
  openSeats.push(seats.visitor, seats.agent)
  return { pair, callId, seats, amir, personId: amir.session.person.id }
}

const ask = (from: Staff, callId: string, personId: string, purpose: 'consult' | 'join') =>
  from.request('call.invite', { callId, personId, purpose, note: 'CANARY lamp' })

/** Amir accepts what rings for him and speaks. */
async function comes(amir: Staff, callId: string): Promise<HeadlessSeat> {
  const card = await amir.push('invitation', (one) => one.callId === callId)
  await amir.request('invitation.answer', { invitationId: card.invitationId, accept: true })
  const seat = keep(await sitDown(amir, callId))
  await seat.sendMic({ voice: 3 })
  return seat
}

/** Nobody of these hears one of those for a second, though all go on sending. */
async function silent(pairs: [HeadlessSeat, string][]): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 100))
  const before = pairs.map(([to, from]) => heard(to, from))
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(pairs.map(([to, from]) => heard(to, from))).toEqual(before)
}

const seatOf = async (pair: Pair, name: string): Promise<string> => {
  const { call } = await place.stateOf(pair)
  const [id] = Object.entries(call?.seats ?? {}).find(([, seat]) => seat.name === name) ?? []
  if (!id) throw new Error(`${name} has no seat`)
  return id
}

describe('a consultation', () => {
  it('is between the staff alone, rung with note and history, and ends with the visitor off hold', async () => {
    const { pair, callId, seats, amir, personId } = await connected()
    await ask(pair.agent, callId, personId, 'consult')
    const card = await amir.push('invitation', (one) => one.callId === callId)
    expect(card).toMatchObject({ from: 'Sara', note: 'CANARY lamp', purpose: 'consult', lastText: 'Hello' })
    const history = await amir.request('resume', { conversationId: pair.conversationId })
    expect(JSON.stringify(history)).toContain('Hello')
    const aside = await comes(amir, callId)
    const id = await seatOf(pair, 'Amir')
    await Promise.all([hears(aside, 20, 'agent'), hears(seats.agent, 20, id)])
    await silent([
      [seats.visitor, 'agent'],
      [seats.visitor, id],
      [aside, 'visitor'],
    ])
    // Off hold while Amir is there still: the visitor hears Sara, and nothing of him.
    await pair.agent.request('call.hold', { callId, held: false })
    await hears(seats.visitor, 20, 'agent')
    await silent([
      [seats.visitor, id],
      [aside, 'visitor'],
    ])
    await pair.agent.request('call.hold', { callId, held: true })
    await pair.agent.request('call.cancelConsult', { callId })
    await amir.push('media.closed', ({ why }) => why === 'ended')
    await Promise.all([hears(seats.visitor, 20, 'agent'), hears(seats.agent, 20, 'visitor')])
    const told = JSON.stringify(pair.visitor.pushes)
    for (const word of ['Amir', 'CANARY', `"${id}"`]) expect(told).not.toContain(word)
    const recorded = await place.app.db
      .selectFrom('segment')
      .select('seat_id')
      .where('call_id', '=', callId)
      .execute()
    expect(recorded.map((one) => one.seat_id)).not.toContain(id)
    // The same colleague a second time.
    await ask(pair.agent, callId, personId, 'consult')
    const card2 = await amir.push('invitation', ({ invitationId }) => invitationId !== card.invitationId)
    // Who reads on while it rings goes on hearing of it.
    await amir.request('resume', { conversationId: pair.conversationId })
    await amir.request('invitation.answer', { invitationId: card2.invitationId, accept: true })
    const second = await seatOf(pair, 'Amir')
    await amir.push('events', ({ events }) =>
      events.some((one) => one.type === 'seatJoined' && one.payload.seat === second),
    )
    const again = keep(await sitDown(amir, callId))
    await again.sendMic({ voice: 3 })
    await Promise.all([hears(again, 20, 'agent'), hears(seats.agent, 20, await seatOf(pair, 'Amir'))])
    await pair.agent.request('call.hangUp', { callId })
  }, 40_000)

  it('is recorded where the queue says so, apart from what the visitor hears, and told to the staff', async () => {
    const admin = { kind: 'staff', personId: newId(), name: 'Root', role: 'admin', queues: [] } as const
    const queue = {
      kind: 'queue' as const,
      id: newId(),
      version: 0,
      body: queueBody({ recordConsults: true }),
    }
    await saveItem({ db: place.app.db, bus: createBus() }, admin, queue)
    const { pair, callId, seats, amir, personId } = await connected(queue.id)
    await ask(pair.agent, callId, personId, 'consult')
    const aside = await comes(amir, callId)
    const id = await seatOf(pair, 'Amir')
    expect((await place.stateOf(pair)).call?.seats[id]).toMatchObject({ aside: true, recorded: true })
    const segments = () =>
      place.app.db.selectFrom('segment').select('id').where('call_id', '=', callId).execute()
    // Those of before, the agent's apart and Amir's.
    await until(async () => (await segments()).length === 4, 5_000, 'recorded apart')
    await Promise.all([hears(aside, 100, 'agent'), hears(seats.agent, 100, id)])
    await pair.agent.request('call.merge', { callId })
    await until(async () => (await segments()).length === 6, 5_000, 'recorded with the others')
    await hears(seats.visitor, 100, id)
    await pair.agent.request('call.remove', { callId, seat: id })
    await pair.agent.request('call.hangUp', { callId })
    await until(async () => (await place.callRow(callId)).finalised_at !== null, 10_000, 'finalising')
    const recordings = createRecordings(place.app)
    const index = await recordings.index(callId)
    const voicesIn = async (file = '') => {
      const path = join(place.sfu.dataDir, 'taken.webm')
      const found = await recordings.open(callId, file)
      if (!found) throw new Error(`no ${file}`)
      await writeFile(path, found.read())
      const { sides } = await readJoined(path)
      return sides.map((side) => new Set(side.map(({ voice, number }) => `${voice} ${number}`)))
    }
    expect(index?.asides.map(({ channels }) => channels.map(({ seatId }) => seatId))).toEqual([['agent', id]])
    const [visitor, agent, colleague] = [
      ...(await voicesIn(index?.audio?.file)),
      (await voicesIn(index?.further[0]?.file))[0],
    ]
    const [agentApart, colleagueApart] = await voicesIn(index?.asides[0]?.file)
    for (const [open, apart] of [
      [agent, agentApart],
      [colleague, colleagueApart],
    ]) {
      expect([open?.size, apart?.size].every((size = 0) => size > 50)).toBe(true)
      expect([...(apart ?? [])].filter((packet) => open?.has(packet))).toEqual([])
    }
    expect([...(visitor ?? [])].every((packet) => packet.startsWith('1 '))).toBe(true)
  }, 40_000)

  it('outlives the media worker and the server: nobody hears more than before', async () => {
    const { pair, callId, seats, amir, personId } = await connected()
    await ask(pair.agent, callId, personId, 'consult')
    const before = await comes(amir, callId)
    const id = await seatOf(pair, 'Amir')
    await Promise.all([hears(seats.agent, 20, id), hears(before, 20, 'agent')])
    await place.app.restart()
    const back = await place.again(pair)
    const again = Object.assign(await place.app.again(amir.session), { session: amir.session })
    await Promise.all([sitDown(back.visitor, callId), sitDown(back.agent, callId), sitDown(again, callId)])
    await place.killWorkerOf(callId)
    const people = [back.visitor, back.agent, again] as const
    const [visitor, agent, third] = (await Promise.all(
      people.map(async (one) => {
        const greeting = await (one as Staff).push('media.moved', (moved) => moved.callId === callId)
        return keep(await sitDown(one, callId, greeting))
      }),
    )) as [HeadlessSeat, HeadlessSeat, HeadlessSeat]
    await Promise.all([
      visitor.sendMic({ voice: 1 }),
      agent.sendMic({ voice: 2 }),
      third.sendMic({ voice: 3 }),
    ])
    await Promise.all([hears(agent, 20, id), hears(third, 20, 'agent')])
    expect([heard(visitor), heard(third, 'visitor'), heard(agent, 'visitor')]).toEqual([0, 0, 0])
    await back.agent.request('call.hangUp', { callId })
  }, 60_000)

  it('merged becomes a conference that the visitor learns of, with what the colleague shows already', async () => {
    const { pair, callId, seats, amir, personId } = await connected()
    await ask(pair.agent, callId, personId, 'consult')
    const third = await comes(amir, callId)
    const id = await seatOf(pair, 'Amir')
    await hears(seats.agent, 20, id)
    await amir.request('media.mute', { callId, muted: true })
    await pair.agent.request('call.merge', { callId })
    await amir.request('media.mute', { callId, muted: false })
    await Promise.all([
      ...[hears(seats.visitor, 20, id), hears(seats.visitor, 20, 'agent')],
      ...[hears(third, 20, 'visitor'), hears(seats.agent, 20, 'visitor')],
    ])
    const resumed = await pair.visitor.request('resume', { conversationId: pair.conversationId })
    expect(resumed).toMatchObject({
      snapshot: { state: { call: { seats: { [id]: { name: 'Amir', sources: ['mic'], muted: false } } } } },
    })
    const text = {
      conversationId: pair.conversationId,
      clientId: crypto.randomUUID(),
      text: 'Good day',
      attachments: [],
    }
    await amir.request('message.send', text)
    await pair.visitor.push('events', ({ events }) =>
      events.some((one) => one.type === 'message' && one.payload.text === 'Good day'),
    )
    await pair.agent.request('call.remove', { callId, seat: id })
    await amir.push('media.closed', ({ why }) => why === 'ended')
    await expect(
      amir.request('message.send', { ...text, clientId: crypto.randomUUID() }),
    ).rejects.toMatchObject({
      code: 'notFound',
    })
    await pair.agent.request('call.hangUp', { callId })
    await until(async () => (await place.callRow(callId)).finalised_at !== null, 10_000, 'finalising')
    const index = await createRecordings(place.app).index(callId)
    expect(index).toMatchObject({ further: [{ channels: [{ seatId: id, role: 'agent' }] }] })
  }, 40_000)

  it('completed is the colleague’s call, with the connection that they have; the first agent is out', async () => {
    const { pair, callId, seats, amir, personId } = await connected()
    await ask(pair.agent, callId, personId, 'consult')
    const third = await comes(amir, callId)
    const seat = await seatOf(pair, 'Amir')
    await hears(third, 20, 'agent')
    await pair.agent.request('call.complete', { callId, seat })
    const moved = await amir.push('media.moved', (one) => one.callId === callId)
    expect(moved.seat).toBe('agent')
    const heir = keep(await sitDown(amir, callId, moved))
    await heir.sendMic({ voice: 3 })
    await Promise.all([hears(seats.visitor, 20, 'agent'), hears(heir, 20, 'visitor')])
    await pair.agent.push('media.closed', ({ why }) => why === 'taken')
    const out = pair.agent.request('media.open', { callId, take: true })
    await expect(out).rejects.toMatchObject({ code: 'notFound' })
    const { phase, call } = await place.stateOf(pair)
    expect(phase).toMatchObject({ name: 'active', agentName: 'Amir' })
    expect(Object.keys(call?.seats ?? {}).sort()).toEqual(['agent', 'visitor'])
    expect(call?.seats.visitor.held).toBeNull()
    await amir.request('call.hangUp', { callId })
  }, 40_000)

  it('is refused where nobody can come, and what rang is silent when it is over', async () => {
    const { pair, callId, amir, personId } = await connected()
    const { invitationId } = await ask(pair.agent, callId, personId, 'consult')
    await expect(ask(pair.agent, callId, personId, 'join')).rejects.toMatchObject({ code: 'conflict' })
    const other = await place.app.staff('Other')
    await expect(ask(pair.agent, callId, other.session.person.id, 'join')).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(ask(other, callId, personId, 'join')).rejects.toMatchObject({ code: 'notFound' })
    const stolen = other.request('invitation.answer', { invitationId, accept: true })
    await expect(stolen).rejects.toMatchObject({ code: 'notFound' })
    await amir.request('invitation.answer', { invitationId, accept: false })
    const late = amir.request('invitation.answer', { invitationId, accept: true })
    await expect(late).rejects.toMatchObject({ code: 'conflict' })
    await expect(amir.request('resume', { conversationId: pair.conversationId })).rejects.toMatchObject({
      code: 'notFound',
    })
    const again = await ask(pair.agent, callId, personId, 'consult')
    await pair.agent.request('call.hangUp', { callId })
    await amir.push(
      'invitationGone',
      (one) => one.invitationId === again.invitationId && one.why === 'withdrawn',
    )
    expect(await amir.request('invitations', {})).toEqual({ invitations: [] })
  }, 30_000)
})

describe('a conference', () => {
  it('of four hears each other, and there is no place for a sixth', async () => {
    const { pair, callId, seats, amir, personId } = await connected()
    await ask(pair.agent, callId, personId, 'join')
    const third = await comes(amir, callId)
    const fatima = await place.app.staff('Fatima')
    await fatima.request('status.set', { status: 'available' })
    await ask(pair.agent, callId, fatima.session.person.id, 'join')
    const fourth = await comes(fatima, callId)
    const ids = ['visitor', 'agent', await seatOf(pair, 'Amir'), await seatOf(pair, 'Fatima')]
    const all = [seats.visitor, seats.agent, third, fourth]
    await Promise.all(
      all.flatMap((to, i) => ids.filter((_, j) => j !== i).map((from) => hears(to, 20, from))),
    )
    const more = await Promise.all(['Five', 'Six'].map((name) => place.app.staff(name)))
    for (const one of more) await one.request('status.set', { status: 'available' })
    const [five, six] = more as [Staff, Staff]
    await ask(pair.agent, callId, five.session.person.id, 'join')
    await expect(ask(pair.agent, callId, six.session.person.id, 'join')).rejects.toMatchObject({
      code: 'conflict',
    })
    await pair.agent.request('call.hangUp', { callId })
  }, 40_000)
})
