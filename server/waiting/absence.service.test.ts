import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { createBus } from '../bus.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { expireAbsences } from './absence.service.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())
beforeEach(async () => {
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
})

type Visitor = Awaited<ReturnType<TestApp['visitor']>>
const hello = () => ({ conversationId: null, clientId: id(), text: 'My lamp is broken', attachments: [] })

async function waits() {
  const visitor = await app.visitor()
  const { conversationId } = await visitor.request('message.send', hello())
  return { visitor, conversationId }
}

async function goneSince(of: string): Promise<Date | null> {
  const query = app.db
    .selectFrom('visitor')
    .innerJoin('conversation', 'conversation.visitor_id', 'visitor.id')
  const row = await query.select('gone_since').where('conversation.id', '=', of).executeTakeFirstOrThrow()
  return row.gone_since
}

/** As soon as the server has written down whether a page is open. */
async function noted(of: string, here: boolean): Promise<void> {
  while (((await goneSince(of)) === null) !== here) await delay(20)
}

async function leaves(visitor: Visitor, of: string): Promise<void> {
  await noted(of, true)
  visitor.close()
  await noted(of, false)
}

/** So much later, nothing else having happened. */
async function later(seconds: number): Promise<void> {
  const by = sql`make_interval(secs => ${seconds})`
  await sql`update visitor set gone_since = gone_since - ${by}`.execute(app.db)
  await sql`update contact set queued_at = queued_at - ${by}`.execute(app.db)
  await expireAbsences({ db: app.db, bus: createBus(), config: app.config })
}

async function stateOf(of: string): Promise<ConversationState> {
  const query = app.db.selectFrom('conversation').select('state').where('id', '=', of)
  return (await query.executeTakeFirstOrThrow()).state as unknown as ConversationState
}

const contacts = (of: string) =>
  app.db
    .selectFrom('contact')
    .select(['kind', 'left_why'])
    .where('conversation_id', '=', of)
    .orderBy('id')
    .execute()

describe('a visitor who closes the page while they wait', () => {
  it('waits no more after the grace: abandoned, and what they wrote is an open task behind those who wait', async () => {
    const { visitor, conversationId } = await waits()
    await leaves(visitor, conversationId)
    await later(61)
    expect(await contacts(conversationId)).toEqual([
      { kind: 'live', left_why: 'abandoned' },
      { kind: 'message', left_why: null },
    ])
    expect(await stateOf(conversationId)).toMatchObject({
      phase: { name: 'queued' },
      task: { kind: 'message', why: 'gone' },
    })
    const row = app.db.selectFrom('conversation').select('queue_rank').where('id', '=', conversationId)
    expect(await row.executeTakeFirst()).toEqual({ queue_rank: 1 })
  })

  it('keeps the place by coming back in time, also over a restart of the server', async () => {
    const { visitor, conversationId } = await waits()
    await leaves(visitor, conversationId)
    await later(50)
    await app.restart()
    await later(50)
    expect(await contacts(conversationId)).toEqual([{ kind: 'live', left_why: null }])
    await app.visitor(visitor.session)
    await noted(conversationId, true)
    await later(3_600)
    expect(await contacts(conversationId)).toEqual([{ kind: 'live', left_why: null }])
  })

  it('and comes back later waits anew with the next word, behind those who came meanwhile', async () => {
    const { visitor, conversationId } = await waits()
    await leaves(visitor, conversationId)
    await later(61)
    const other = await waits()
    const back = await app.visitor(visitor.session)
    await back.request('message.send', { ...hello(), conversationId })
    const since = async (of: string) => {
      const { phase } = await stateOf(of)
      return phase.name === 'queued' ? phase.since : 0
    }
    expect((await stateOf(conversationId)).task).toBeNull()
    expect(await since(conversationId)).toBeGreaterThan(await since(other.conversationId))
  })

  it('leaves what they spoke as an open task, though they wrote nothing', async () => {
    const visitor = await app.visitor()
    const consent = { record: ['mic' as const] }
    const spoken = { conversationId: null, media: 'voice' as const, consent }
    const { conversationId, callId } = await visitor.request('voicemail.start', spoken)
    await sql`update conversation set state = jsonb_set(state, '{call,recording}', 'true')
      where id = ${conversationId}`.execute(app.db)
    await visitor.request('call.hangUp', { callId })
    // Come back to wait here after all, by a call.
    await visitor.request('call.ask', { conversationId, media: 'voice', consent })
    expect((await stateOf(conversationId)).task).toBeNull()
    await leaves(visitor, conversationId)
    await later(61)
    expect(await stateOf(conversationId)).toMatchObject({
      phase: { name: 'queued' },
      task: { kind: 'message', why: 'gone' },
    })
  })

  it('is over when they only rang and said nothing', async () => {
    const visitor = await app.visitor()
    const asked = { media: 'voice' as const, consent: { record: [] } }
    const { conversationId } = await visitor.request('call.start', asked)
    await leaves(visitor, conversationId)
    await later(61)
    expect(await contacts(conversationId)).toEqual([{ kind: 'live', left_why: 'abandoned' }])
    expect(await stateOf(conversationId)).toMatchObject({
      phase: { name: 'ended', by: 'system' },
      call: null,
    })
  })
})
