import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import { createBus } from '../bus.ts'
import { saveItem } from '../configuration/configuration.service.ts'
import { hoursBody, queueBody } from '../configuration/testing.ts'
import type { ConfigurationBody, ConfigurationKind } from '../contract/configuration.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const admin = { kind: 'staff', personId: id(), name: 'Root', role: 'admin', queues: [] } as const
const hello = (conversationId: string | null = null, text = 'Hello') => ({
  ...{ conversationId, clientId: id(), text, attachments: [] },
})

async function configure(kind: ConfigurationKind, body: ConfigurationBody, itemId = id(), version = 0) {
  await saveItem({ db: app.db, bus: createBus() }, admin, { kind, id: itemId, version, body })
  return itemId
}

const never = hoursBody({ name: id(), timeZone: 'UTC', week: Array.from({ length: 7 }, () => []) })
const always = { ...never, week: Array.from({ length: 7 }, () => [{ from: '00:00', to: '24:00' }]) }

/** A queue that the site's contacts enter, with one member who is not at work. */
async function enter(over: Partial<ConfigurationBody<'queue'>>, member = true): Promise<string> {
  const queueId = await configure('queue', queueBody({ name: id(), ...over }))
  const staff = await app.staff('Sara')
  const queues = member ? [{ queueId, priority: 1 }] : []
  await configure('profile', { teamId: null, skills: [], queues, capacity: null }, staff.session.person.id)
  await app.db.updateTable('site').set({ queue_id: queueId }).execute()
  return queueId
}

async function stateOf(conversationId: string): Promise<ConversationState> {
  const query = app.db.selectFrom('conversation').select('state').where('id', '=', conversationId)
  return (await query.executeTakeFirstOrThrow()).state as unknown as ConversationState
}
const contacts = (conversationId: string) =>
  app.db
    .selectFrom('contact')
    .select(['kind', 'left_why', 'medium'])
    .where('conversation_id', '=', conversationId)
    .orderBy('id')
    .execute()

describe('a message that nobody can answer now is a task', () => {
  it('outside hours, and says when it opens; back within hours the visitor waits again', async () => {
    const hoursId = await configure('hours', { ...never, exceptions: [tomorrow()] })
    await enter({ hoursId })
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('message.send', hello())
    const { task, phase } = await stateOf(conversationId)
    expect(task).toMatchObject({ kind: 'message', why: 'closed', opensAt: opening() })
    expect(phase.name).toBe('queued')
    const row = await app.db
      .selectFrom('conversation')
      .select('queue_rank')
      .where('id', '=', conversationId)
      .execute()
    expect(row).toEqual([{ queue_rank: 1 }])
    // Still closed: more words change nothing of that.
    await visitor.request('message.send', hello(conversationId, 'Are you there?'))
    expect((await stateOf(conversationId)).task).not.toBeNull()
    await configure('hours', { ...always, exceptions: [] }, hoursId, 1)
    await visitor.request('message.send', hello(conversationId, 'And now?'))
    const after = await stateOf(conversationId)
    expect(after.task).toBeNull()
    expect(after.phase).toMatchObject({ name: 'queued', since: after.lastAt })
    expect(await contacts(conversationId)).toEqual([
      { kind: 'message', left_why: 'returned', medium: 'chat' },
      { kind: 'live', left_why: null, medium: 'chat' },
    ])
  })

  it('in a full queue, where tasks take up no room', async () => {
    await enter({ maxLength: 1 })
    const first = await (await app.visitor()).request('message.send', hello())
    expect((await stateOf(first.conversationId)).task).toBeNull()
    for (let more = 0; more < 2; more++) {
      const { conversationId } = await (await app.visitor()).request('message.send', hello())
      expect((await stateOf(conversationId)).task).toMatchObject({ why: 'full', opensAt: null })
    }
  })

  it('where nobody is a member', async () => {
    await enter({}, false)
    const { conversationId } = await (await app.visitor()).request('message.send', hello())
    expect((await stateOf(conversationId)).task).toMatchObject({ why: 'nobody' })
  })

  it('where nobody is a member but of the queue into which it overflows, and that is closed', async () => {
    const hoursId = await configure('hours', { ...never, name: id() })
    const toQueueId = await configure('queue', queueBody({ name: id(), hoursId }))
    const amir = (await app.staff('Amir')).session.person.id
    const queues = [{ queueId: toQueueId, priority: 1 }]
    await configure('profile', { teamId: null, skills: [], queues, capacity: null }, amir)
    await enter({ overflow: [{ afterMs: 0, toQueueId }] }, false)
    const said = async () => (await app.visitor()).request('message.send', hello())
    expect((await stateOf((await said()).conversationId)).task).toMatchObject({ why: 'nobody' })
    await configure('hours', { ...always, name: id() }, hoursId, 1)
    expect((await stateOf((await said()).conversationId)).task).toBeNull()
  })
})

describe('a call', () => {
  it('is refused outside hours, and leaves nothing behind', async () => {
    await enter({ hoursId: await configure('hours', { ...never, name: id() }) })
    const visitor = await app.visitor()
    const ask = visitor.request('call.start', { media: 'voice', consent: { record: ['mic'] } })
    await expect(ask).rejects.toMatchObject({ code: 'conflict' })
    expect(await visitor.request('resume', {})).toEqual({ kind: 'none' })
    const { conversationId } = await visitor.request('message.send', hello())
    const again = visitor.request('call.ask', {
      conversationId,
      media: 'voice',
      consent: { record: ['mic'] },
    })
    await expect(again).rejects.toMatchObject({ code: 'conflict' })
  })

  it('asked for while waiting is what the wait is for, and ends as abandoned with the visitor', async () => {
    await enter({})
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('message.send', hello())
    await visitor.request('call.ask', { conversationId, media: 'video', consent: { record: [] } })
    expect(await contacts(conversationId)).toEqual([{ kind: 'live', left_why: null, medium: 'video' }])
    await visitor.request('conversation.end', { conversationId })
    expect(await contacts(conversationId)).toEqual([{ kind: 'live', left_why: 'abandoned', medium: 'chat' }])
  })
})

function tomorrow() {
  return {
    date: new Date(opening()).toISOString().slice(0, 10),
    name: 'Sale',
    openings: [{ from: '10:00', to: '12:00' }],
  }
}
function opening(): number {
  const day = 86_400_000
  return (Math.floor(Date.now() / day) + 2) * day + 10 * 3_600_000
}
