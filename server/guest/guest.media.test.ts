import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { type CallPlace, hears, startCallPlace } from '../call/testing.ts'
import type { GuestSession } from '../contract/guest.ts'
import { connectClient } from '../testing/client.ts'
import { sitDown } from '../testing/seat.ts'

let place: CallPlace
beforeAll(async () => {
  place = await startCallPlace()
})
afterAll(() => place.stop())

const post = (path: string, token: string) =>
  fetch(`${place.app.url}/api/guest/${path}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) },
  })

async function connected() {
  const pair = await place.talking()
  const { callId, seats } = await place.calling(pair)
  await pair.agent.request('call.answer', { callId, accept: true })
  await Promise.all([hears(seats.visitor), hears(seats.agent)])
  const link = async (name = 'Ivan') => {
    const { url, invitationId } = await pair.agent.request('call.inviteGuest', { callId, name })
    return { token: url.split('#token=')[1] ?? '', invitationId }
  }
  return { pair, callId, seats, link }
}

describe('a guest', () => {
  it('comes by a link of one use, talks and writes with all, and sees only what came after', async () => {
    const { pair, callId, seats, link } = await connected()
    const { token } = await link()
    const stored = await place.app.db
      .selectFrom('invitation')
      .selectAll()
      .where('call_id', '=', callId)
      .execute()
    expect(JSON.stringify(stored)).not.toContain(token)
    expect(await (await post('link', token)).json()).toEqual({ name: 'Ivan', from: 'Sara' })
    const joined = await post('session', token)
    const session = (await joined.json()) as GuestSession
    for (const path of ['session', 'link']) expect((await post(path, token)).status).toBe(404)

    const guest = await connectClient('guest', place.app.url, session.access)
    const seat = await sitDown(guest, callId)
    await seat.sendMic({ voice: 3 })
    const from = session.seat
    await Promise.all([
      ...[hears(seat, 20, 'visitor'), hears(seat, 20, 'agent')],
      ...[hears(seats.visitor, 20, from), hears(seats.agent, 20, from)],
    ])
    await guest.request('message.send', { clientId: id(), text: 'Good day to all', attachments: [] })
    await pair.visitor.push('events', ({ events }) =>
      events.some((one) => one.type === 'message' && one.actor.kind === 'guest'),
    )
    const note = { conversationId: pair.conversationId, clientId: id(), text: 'CANARY among us' }
    await pair.agent.request('note.add', note)
    const words = { conversationId: pair.conversationId, clientId: id(), text: 'Thank you', attachments: [] }
    await pair.agent.request('message.send', words)
    await guest.push('events', ({ events }) => events.some(({ clientId }) => clientId === words.clientId))
    const resumed = await guest.request('resume', {})
    if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
    const { events, state, more } = resumed.snapshot
    expect([events[0]?.type, more]).toEqual(['seatJoined', false])
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
    expect(state.seq).toBe(events.length)
    const told = JSON.stringify([resumed, guest.pushes])
    for (const word of ['Hello', 'CANARY']) expect(told).not.toContain(word)
    const earlier = await guest.request('history', { conversationId: pair.conversationId, before: 1 })
    expect(earlier).toEqual({ events: [], more: false })

    await pair.agent.request('call.remove', { callId, seat: from })
    await guest.push('media.closed', ({ why }) => why === 'ended')
    const late = guest.request('message.send', { clientId: id(), text: 'One thing more', attachments: [] })
    await expect(late).rejects.toMatchObject({ code: 'notFound' })
    await expect(guest.request('resume', {})).rejects.toMatchObject({ code: 'notFound' })
    await expect(connectClient('guest', place.app.url, session.access)).rejects.toMatchObject({
      code: 'signInNeeded',
    })
    guest.close()
    await pair.agent.request('call.hangUp', { callId })
    for (const one of [seat, seats.visitor, seats.agent]) one.close()
  }, 40_000)

  it('does not come by a link that is withdrawn, late, wrong, or of a call that is over', async () => {
    const { pair, callId, seats, link } = await connected()
    const answers: Response[] = [await post('session', 'wrong')]
    const withdrawn = await link()
    await pair.agent.request('invitation.withdraw', { invitationId: withdrawn.invitationId })
    answers.push(await post('session', withdrawn.token))
    const late = await link()
    await sql`update invitation set deadline_at = clock_timestamp() - interval '1 s' where id = ${late.invitationId}`.execute(
      place.app.db,
    )
    answers.push(await post('session', late.token))
    const over = await link()
    await pair.agent.request('call.hangUp', { callId })
    answers.push(await post('session', over.token))
    const bodies = await Promise.all(answers.map((one) => one.text()))
    expect(new Set(bodies.map((body, i) => `${answers[i]?.status} ${body}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(404)
    for (const seat of Object.values(seats)) seat.close()
  }, 30_000)
})
