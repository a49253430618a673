import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { eventually } from '../../scripts/runner/testing.ts'
import { lockRouting } from '../routing/routing.store.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ agentGoneMs: 1_000 })
})
afterAll(() => app.stop())
// Agents and contacts of one test must not meet those of the next.
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
})

async function assigned({ available = true } = {}) {
  const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await agent.request('conversation.take', { conversationId })
  if (available) await agent.request('status.set', { status: 'available' })
  return { visitor, agent, conversationId }
}

describe('an agent who is gone', () => {
  it('too long gives the conversation back to the front of the queue, and the visitor reads so', async () => {
    const { visitor, agent, conversationId } = await assigned()
    agent.close()
    await visitor.push('events', ({ events }) =>
      events.some((event) => event.type === 'queued' && event.payload.reason === 'agentGone'),
    )
    const row = await app.db
      .selectFrom('conversation')
      .select(['phase', 'queue_rank'])
      .where('id', '=', conversationId)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ queue_rank: -1 })
    const next = await app.staff('Next')
    await next.request('status.set', { status: 'available' })
    await next.push('offer', (offer) => offer.conversationId === conversationId)
  })

  it('gives back also what they took without going to work, or kept when they went offline', async () => {
    const [never, chosen] = [await assigned({ available: false }), await assigned()]
    await chosen.agent.request('status.set', { status: 'offline' })
    for (const { visitor, agent } of [never, chosen]) {
      agent.close()
      await visitor.push('events', ({ events }) =>
        events.some((event) => event.type === 'queued' && event.payload.reason === 'agentGone'),
      )
    }
  })

  it('is missed also while the media node is away and a side of some call with it', async () => {
    const { visitor, agent, conversationId } = await assigned()
    const consent = { record: [] }
    const { callId } = await visitor.request('call.ask', { conversationId, media: 'voice', consent })
    await sql`update call_seat set gone_since = now() - interval '1 hour'
      where call_id = ${callId} and seat_id = 'visitor'`.execute(app.db)
    agent.close()
    await visitor.push('events', ({ events }) =>
      events.some((event) => event.type === 'queued' && event.payload.reason === 'agentGone'),
    )
  })

  it('and back in time keeps it', async () => {
    const { agent, conversationId } = await assigned()
    agent.close()
    const back = await app.again(agent.session)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    const { rows } = await back.request('inbox', {})
    expect(rows.find((row) => row.conversationId === conversationId)?.state.phase.name).toBe('active')
  })

  it('and back while they are about to be taken for gone keeps it', async () => {
    const { agent, conversationId } = await assigned()
    await app.db.transaction().execute(async (trx) => {
      // As a round of routing does.
      await lockRouting(trx)
      await eventually('they are about to be set offline', async () => {
        // Again each time: our own server sees now and then that they are here.
        await sql`update person set gone_since = now() - interval '1 hour'
          where status = 'available' and gone_since is null`.execute(app.db)
        const { rows } = await sql`select 1 from pg_locks where locktype = 'advisory' and mode = 'ShareLock'
          and not granted`.execute(trx)
        return rows.length > 0
      })
      await sql`update person set gone_since = null`.execute(app.db)
    })
    // After that, whatever came of it.
    await app.db.transaction().execute(lockRouting)
    const { rows, status } = await agent.request('inbox', {})
    expect(status).toBe('available')
    expect(rows.find((row) => row.conversationId === conversationId)?.state.phase.name).toBe('active')
  })

  it('because we restarted is not held to have been gone', async () => {
    const { agent, conversationId } = await assigned()
    await app.restart()
    const back = await app.again(agent.session)
    const { rows, status } = await back.request('inbox', {})
    expect(rows.find((row) => row.conversationId === conversationId)?.state.phase.name).toBe('active')
    expect(status).toBe('available')
  })

  it('by signing out gives back at once', async () => {
    const { visitor, agent } = await assigned()
    const headers = { cookie: agent.session.cookie }
    await fetch(`${app.url}/api/desk/session`, { method: 'DELETE', headers })
    await visitor.push('events', ({ events }) =>
      events.some((event) => event.type === 'queued' && event.payload.reason === 'agentGone'),
    )
  })

  it('by signing out in a call hangs up, and is not told as a lost connection', async () => {
    const { visitor, agent, conversationId } = await assigned()
    const { callId } = await agent.request('call.ask', { conversationId, media: 'voice' })
    await visitor.request('call.answer', { callId, accept: true, consent: { record: [] } })
    const headers = { cookie: agent.session.cookie }
    await fetch(`${app.url}/api/desk/session`, { method: 'DELETE', headers })
    await visitor.push('events', ({ events }) =>
      events.some((event) => event.type === 'queued' && event.payload.reason === 'agentGone'),
    )
    const all = await visitor.request('resume', { conversationId, after: 0 })
    const events = all.kind === 'events' ? all.events : []
    const ended = events.find((event) => event.type === 'callEnded')
    expect(ended?.payload).toMatchObject({ callId, reason: 'hungUp', by: 'agent' })
    expect(events.filter((event) => event.type === 'sideLeft')).toEqual([])
  })

  it('by signing out leaves no offer behind, and is not called silent', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    await agent.request('status.set', { status: 'available' })
    const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
    const { conversationId } = await visitor.request('message.send', hello)
    await agent.push('offer', (offer) => offer.conversationId === conversationId)
    const next = await app.staff('Next')
    await next.request('status.set', { status: 'available' })
    const headers = { cookie: agent.session.cookie }
    await fetch(`${app.url}/api/desk/session`, { method: 'DELETE', headers })
    await next.push('offer', (offer) => offer.conversationId === conversationId)
    const { sub } = JSON.parse(atob(agent.session.access.split('.')[1] ?? '')) as { sub: string }
    const gone = app.db.selectFrom('person').select('status').where('id', '=', sub)
    expect(await gone.executeTakeFirstOrThrow()).toEqual({ status: 'offline' })
  })
})
