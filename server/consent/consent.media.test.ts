import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { until } from '../../sfu/testing/node-harness.ts'
import { all, type CallPlace, hears, startCallPlace } from '../call/testing.ts'
import { queueBody } from '../configuration/testing.ts'

let place: CallPlace
beforeAll(async () => {
  place = await startCallPlace()
})
afterAll(() => place.stop())

const openSegments = async (callId: string) => {
  const rows = place.app.db.selectFrom('segment').select('id').where('call_id', '=', callId)
  return (await rows.where('closed_at', 'is', null).execute()).length
}

async function recorded() {
  const pair = await place.talking()
  const { callId, seats } = await place.calling(pair)
  await pair.agent.request('call.answer', { callId, accept: true })
  await Promise.all([hears(seats.visitor), hears(seats.agent)])
  await until(async () => (await openSegments(callId)) === 2, 5_000, 'both recorded')
  const close = () => {
    for (const seat of Object.values(seats)) seat.close()
  }
  return { pair, callId, seats, close }
}

/** What the call itself has been agreed to be recorded of. */
async function agreedIn(callId: string): Promise<unknown> {
  const { rows } = await sql<{ record: unknown }>`select c.state #> '{call,consent,record}' as record
    from conversation c join call k on k.conversation_id = c.id where k.id = ${callId}::uuid`.execute(
    place.app.db,
  )
  return rows[0]?.record
}

const typesOf = async (pair: Parameters<CallPlace['eventsOf']>[0]) =>
  (await place.eventsOf(pair)).map(({ type }) => type)

describe('consent that is taken back', () => {
  it('ends the recording of both sides at once, is told to both, and the call goes on', async () => {
    const { pair, callId, seats, close } = await recorded()
    const { visitor, agent } = pair
    await visitor.request('consent.withdraw', { callId })
    await visitor.request('consent.withdraw', { callId })
    await until(async () => (await openSegments(callId)) === 0, 3_000, 'nothing recorded')
    await Promise.all([hears(seats.visitor, 60), hears(seats.agent, 60)])
    expect(await openSegments(callId)).toBe(0)
    const { call } = await place.stateOf(pair)
    expect(call).toMatchObject({ phase: 'connected', recording: false, consent: { record: [] } })
    const told = (await typesOf(pair)).slice(-2)
    expect(told).toEqual(['consentWithdrawn', 'recordingStopped'])
    const { rows } = await sql<{
      seen: number
    }>`select count(visitor_seq)::int as seen from conversation_event
      where conversation_id = ${pair.conversationId} and type in ('consentWithdrawn', 'recordingStopped')`.execute(
      place.app.db,
    )
    expect(rows).toEqual([{ seen: 2 }])
    await agent.request('call.hangUp', { callId })
    close()
  }, 30_000)

  it('ends the call where the site takes none without', async () => {
    await sql`update site set recording = '{"withdrawn": "end"}'`.execute(place.app.db)
    const { pair, callId, close } = await recorded()
    await pair.visitor.request('consent.withdraw', { callId })
    expect((await place.stateOf(pair)).call).toBeNull()
    const ended = (await place.eventsOf(pair)).find(({ type }) => type === 'callEnded')
    expect(ended?.payload).toMatchObject({ reason: 'consentWithdrawn', by: 'visitor', recorded: false })
    await pair.visitor.request('consent.withdraw', { callId })
    await sql`update site set recording = '{}'`.execute(place.app.db)
    close()
  }, 30_000)

  it('goes by the queue where that says something, as the visitor is told before', async () => {
    const { pair, callId, close } = await recorded()
    const queueId = newId()
    const put = async (withdrawn: 'site' | 'end' | 'goOn', site: 'end' | 'goOn') => {
      await sql`update site set recording = ${JSON.stringify({ withdrawn: site })}::jsonb`.execute(
        place.app.db,
      )
      await sql`insert into configuration (kind, id, version, body)
        values ('queue', ${queueId}, 1, ${JSON.stringify(queueBody({ withdrawn }))})
        on conflict (kind, id) do update set body = excluded.body`.execute(place.app.db)
      return (await pair.visitor.request('consent.remembered', {})).ends
    }
    await sql`update conversation set state = jsonb_set(state, '{queueId}', to_jsonb(${queueId}::text))
      where id = ${pair.conversationId}`.execute(place.app.db)
    expect([await put('site', 'end'), await put('goOn', 'end')]).toEqual([true, false])
    expect([await put('site', 'goOn'), await put('end', 'goOn')]).toEqual([false, true])
    await pair.visitor.request('consent.withdraw', { callId })
    expect((await place.stateOf(pair)).call).toBeNull()
    await sql`delete from configuration where id = ${queueId}`.execute(place.app.db)
    await sql`update site set recording = '{}'`.execute(place.app.db)
    close()
  }, 30_000)

  it('is the visitor’s alone', async () => {
    const { pair, callId, close } = await recorded()
    const stranger = await place.app.visitor()
    await expect(stranger.request('consent.withdraw', { callId })).rejects.toMatchObject({ code: 'notFound' })
    expect(await pair.agent.raw('consent.withdraw', { callId })).toMatchObject({ ok: false })
    expect(await openSegments(callId)).toBe(2)
    await pair.agent.request('call.hangUp', { callId })
    close()
  }, 30_000)
})

describe('consent that was given', () => {
  it('is remembered by medium for the visitor’s next call, until it is taken back', async () => {
    const pair = await place.talking()
    const { visitor, agent, conversationId } = pair
    const before = async () => (await visitor.request('consent.remembered', {})).record
    expect(await before()).toEqual([])
    const ask = { conversationId, media: 'voice' as const }
    const first = await visitor.request('call.ask', { ...ask, consent: { record: [] } })
    expect(await before()).toEqual([])
    await visitor.request('call.hangUp', first)
    const second = await visitor.request('call.ask', { ...ask, consent: { record: ['mic'] } })
    expect(await before()).toEqual(['mic'])
    await agent.request('call.answer', { ...second, accept: true })
    await visitor.request('call.consent', { ...second, consent: all })
    expect(await before()).toEqual(['cam', 'mic', 'screen'])
    const other = await place.app.visitor()
    expect(await other.request('consent.remembered', {})).toEqual({ record: [], ends: false })
    await visitor.request('consent.withdraw', second)
    expect(await before()).toEqual([])
    await agent.request('call.hangUp', second)
    // Nor is it remembered in what follows: the next call there, another conversation.
    const third = await visitor.request('call.ask', { ...ask, consent: { record: [] } })
    expect([await before(), await agreedIn(third.callId)]).toEqual([[], []])
    await visitor.request('call.hangUp', third)
    await visitor.request('conversation.end', { conversationId })
    const { callId } = await visitor.request('call.start', { media: 'voice', consent: { record: ['mic'] } })
    expect([await before(), await agreedIn(callId)]).toEqual([['mic'], ['mic']])
    await visitor.request('consent.withdraw', { callId })
    expect([await before(), await agreedIn(callId)]).toEqual([[], []])
    await visitor.request('call.hangUp', { callId })
  }, 30_000)
})
