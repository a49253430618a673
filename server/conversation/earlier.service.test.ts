import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import { MAX_SEQ } from '../contract/limits.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import type { Client } from '../testing/client.ts'

let app: TestApp
beforeAll(async () => {
  // Every word after an end begins a new conversation.
  app = await startTestApp({ reopenMs: 0 })
})
afterAll(() => app.stop())

type Visitor = Client<'visitor'>
type Staff = Awaited<ReturnType<TestApp['staff']>>

const words = (text: string, conversationId: string | null = null) => ({
  ...{ conversationId, clientId: id(), text, attachments: [] },
})
const notFound = { code: 'notFound' }

async function say(visitor: Visitor, text: string): Promise<string> {
  return (await visitor.request('message.send', words(text))).conversationId
}

/** A conversation from the first word to the end, answered by `agent`, who also leaves a note. */
async function past(visitor: Visitor, agent: Staff, text: string): Promise<string> {
  const conversationId = await say(visitor, text)
  await agent.request('conversation.take', { conversationId })
  await agent.request('message.send', { ...words(`Answer to: ${text}`), conversationId })
  await agent.request('note.add', { conversationId, clientId: id(), text: `Note on: ${text}` })
  await agent.request('conversation.end', { conversationId })
  return conversationId
}

const earlier = (who: Staff, conversationId: string) =>
  who.request('conversation.earlier', { conversationId })
const history = (who: Staff, conversationId: string) =>
  who.request('history', { conversationId, before: MAX_SEQ })
const idsOf = async (who: Staff, conversationId: string) =>
  (await earlier(who, conversationId)).items.map((item) => item.conversationId)

describe('the conversations before this one', () => {
  it('are told newest first: when, by which media, who answered, the last word and how it ended', async () => {
    const [visitor, sara] = [await app.visitor(), await app.staff('Sara')]
    const first = await past(visitor, sara, 'One')
    const called = await app.db
      .selectFrom('conversation_event')
      .selectAll()
      .where('conversation_id', '=', first)
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow()
    const connected = { type: 'callConnected', payload: { callId: id() }, client_id: null }
    await app.db
      .insertInto('conversation_event')
      .values({ ...called, ...connected, seq: called.seq + 1, visitor_seq: null })
      .execute()
    const second = await say(visitor, 'Two')
    await visitor.request('conversation.end', { conversationId: second })
    const present = await say(visitor, 'Three')
    const { items, more } = await earlier(sara, present)
    expect(items).toMatchObject([
      { conversationId: second, agents: [], media: [], messages: 1, endedBy: 'visitor' },
      { conversationId: first, agents: ['Sara'], media: ['voice'], messages: 2, endedBy: 'agent' },
    ])
    expect(items.map((item) => item.lastText?.text)).toEqual(['Two', 'Answer to: One'])
    for (const { startedAt, endedAt } of items) expect(endedAt).toBeGreaterThanOrEqual(startedAt)
    expect(more).toBe(false)
  })

  it('are those of this visitor, and none for a visitor who is new', async () => {
    const [old, fresh, sara] = [await app.visitor(), await app.visitor(), await app.staff('Sara')]
    await past(old, sara, 'Somebody else’s')
    expect(await earlier(sara, await say(fresh, 'My first'))).toEqual({ items: [], more: false })
  })

  it('come in pages, each once', async () => {
    const [visitor, sara] = [await app.visitor(), await app.staff('Sara')]
    const made: string[] = []
    for (let n = 0; n < 23; n++) {
      made.unshift(await say(visitor, String(n)))
      await visitor.request('conversation.end', { conversationId: made[0] ?? '' })
    }
    const page = await earlier(sara, await say(visitor, 'now'))
    expect(page).toMatchObject({ more: true, items: { length: 20 } })
    const last = page.items.at(-1)?.conversationId ?? ''
    const next = await earlier(sara, last)
    expect(next.more).toBe(false)
    expect([...page.items, ...next.items].map((item) => item.conversationId)).toEqual(made)
  })
})

describe('their words', () => {
  it('are read by whoever sees the present one wait, notes included, back to the first', async () => {
    const [visitor, amir, sara] = [await app.visitor(), await app.staff('Amir'), await app.staff('Sara')]
    const old = await say(visitor, 'Word 0')
    for (let n = 1; n < 60; n++) await visitor.request('message.send', words(`Word ${n}`, old))
    await amir.request('conversation.take', { conversationId: old })
    await amir.request('note.add', { conversationId: old, clientId: id(), text: 'Between us' })
    await amir.request('conversation.end', { conversationId: old })
    await expect(history(sara, old)).rejects.toMatchObject(notFound)
    await say(visitor, 'Back again')
    const newest = await history(sara, old)
    expect(newest.more).toBe(true)
    expect(newest.events.some((event) => event.type === 'note')).toBe(true)
    const before = newest.events[0]?.seq ?? 0
    const oldest = await sara.request('history', { conversationId: old, before })
    const seqs = [...oldest.events, ...newest.events].map((event) => event.seq)
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  })

  it('belong to the agent who has the present one, and to no other agent', async () => {
    const [visitor, amir, sara] = [await app.visitor(), await app.staff('Amir'), await app.staff('Sara')]
    const third = await app.staff('Third')
    const old = await past(visitor, amir, 'Long ago')
    const present = await say(visitor, 'Now')
    await sara.request('conversation.take', { conversationId: present })
    expect(await idsOf(sara, present)).toEqual([old])
    expect((await history(sara, old)).events).not.toEqual([])
    for (const attempt of [
      earlier(third, present),
      earlier(third, old),
      history(third, old),
      // Their own of former times, but not whose visitor it is now.
      earlier(amir, present),
    ]) {
      await expect(attempt).rejects.toMatchObject(notFound)
    }
    await expect(earlier(third, id())).rejects.toMatchObject(notFound)
    expect((await history(amir, old)).events).not.toEqual([])
  })

  it('are gone from sight with the end of the present one, but for one’s own', async () => {
    const [visitor, amir, sara] = [await app.visitor(), await app.staff('Amir'), await app.staff('Sara')]
    const others = await past(visitor, amir, 'With Amir')
    const own = await past(visitor, sara, 'With Sara')
    const present = await past(visitor, sara, 'And again')
    await expect(history(sara, others)).rejects.toMatchObject(notFound)
    expect(await idsOf(sara, present)).toEqual([own])
    expect((await history(sara, own)).events).not.toEqual([])
  })

  it('that somebody still answers are nobody else’s', async () => {
    const [visitor, amir, sara] = [await app.visitor(), await app.staff('Amir'), await app.staff('Sara')]
    const other = await app.visitor()
    const running = await say(other, 'With Amir at this moment')
    await amir.request('conversation.take', { conversationId: running })
    const present = await say(visitor, 'The same person, as it turns out')
    const { visitor_id } = await app.db
      .selectFrom('conversation')
      .select('visitor_id')
      .where('id', '=', present)
      .executeTakeFirstOrThrow()
    await app.db.updateTable('conversation').set({ visitor_id }).where('id', '=', running).execute()
    expect(await idsOf(sara, present)).toEqual([])
    await expect(history(sara, running)).rejects.toMatchObject(notFound)
  })

  it('are open to supervisors, whoever has the present one', async () => {
    const [visitor, sara] = [await app.visitor(), await app.staff('Sara')]
    const boss = await app.staff('Vera', 'supervisor')
    const old = await past(visitor, sara, 'Before')
    const present = await past(visitor, sara, 'After')
    expect(await idsOf(boss, present)).toEqual([old])
    expect((await history(boss, old)).events).not.toEqual([])
  })

  it('can only be read: nothing is said, noted, taken, ended or followed', async () => {
    const [visitor, amir, sara] = [await app.visitor(), await app.staff('Amir'), await app.staff('Sara')]
    const old = await past(visitor, amir, 'Over')
    const present = await say(visitor, 'Now')
    await sara.request('conversation.take', { conversationId: present })
    const before = await history(sara, old)
    const named = { conversationId: old }
    for (const attempt of [
      sara.request('message.send', { ...words('Late'), ...named }),
      sara.request('note.add', { ...named, clientId: id(), text: 'Late' }),
      sara.request('conversation.take', named),
      sara.request('conversation.end', named),
      sara.request('conversation.handOver', named),
      sara.request('call.ask', { ...named, media: 'voice' }),
      sara.request('resume', named),
    ]) {
      await expect(attempt).rejects.toMatchObject(notFound)
    }
    expect(await history(sara, old)).toEqual(before)
  })

  it('are no other visitor’s', async () => {
    const [visitor, stranger, sara] = [await app.visitor(), await app.visitor(), await app.staff('Sara')]
    const old = await past(visitor, sara, 'Mine')
    await say(stranger, 'Hello')
    await expect(stranger.request('history', { conversationId: old, before: 9 })).rejects.toMatchObject(
      notFound,
    )
    expect(await stranger.raw('conversation.earlier', { conversationId: old })).toMatchObject({
      failure: { code: 'badInput' },
    })
  })
})
