import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { eventually } from '../scripts/runner/testing.ts'
import { startTestApp, type TestApp } from './testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ callOfferMs: 400, chatOfferMs: 400 })
})
afterAll(() => app.stop())

const hello = () => ({ conversationId: null, clientId: id(), text: 'Hello', attachments: [] })

/** From now on nothing more can be written into this conversation. */
async function spoil(conversationId: string): Promise<void> {
  const name = sql.id(`spoilt_${conversationId}`)
  const spoilt = sql.lit(conversationId)
  await sql`create function ${name}() returns trigger language plpgsql as 'begin raise exception ''spoilt''; end'`.execute(
    app.db,
  )
  await sql`create trigger ${name} before insert on conversation_event for each row
    when (new.conversation_id = ${spoilt}::uuid) execute function ${name}()`.execute(app.db)
}

it('a call that cannot be ended does not keep the next one ringing for ever', async () => {
  const asked = async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    const { conversationId } = await visitor.request('message.send', hello())
    await agent.request('conversation.take', { conversationId })
    const ask = { conversationId, media: 'voice' as const, consent: { record: [] } }
    const { callId } = await visitor.request('call.ask', ask)
    return { visitor, conversationId, callId }
  }
  const first = await asked()
  await spoil(first.conversationId)
  const next = await asked()
  await next.visitor.push('events', ({ events }) =>
    events.some((event) => event.type === 'callEnded' && event.payload.reason === 'missed'),
  )
  const open = app.db.selectFrom('call').select('ended_at').where('id', '=', first.callId)
  expect(await open.executeTakeFirst()).toEqual({ ended_at: null })
})

it('an offer that cannot be taken back does not keep the next one with somebody who is not there', async () => {
  const outcomes = async (conversationId: string) => {
    const rows = app.db.selectFrom('offer').select('outcome').where('conversation_id', '=', conversationId)
    return (await rows.execute()).map(({ outcome }) => outcome)
  }
  const offered = async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    const { conversationId } = await visitor.request('message.send', hello())
    await agent.request('status.set', { status: 'available' })
    await eventually('it is offered', async () => (await outcomes(conversationId)).length > 0)
    return conversationId
  }
  const first = await offered()
  await spoil(first)
  const next = await offered()
  await eventually('it is missed', async () => (await outcomes(next)).includes('missed'))
  expect(await outcomes(first)).toEqual([null])
})
