import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { inTransaction } from '../storage/database.ts'
import { mergeVisitors } from '../visitor/merge.service.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const say = (text: string, conversationId: string | null = null) => ({
  conversationId,
  clientId: id(),
  text,
  attachments: [],
})

describe('a message', () => {
  it('starts a conversation, and the same one again changes nothing', async () => {
    const visitor = await app.visitor()
    const first = say('Hello')
    const sent = await visitor.request('message.send', first)
    expect(await visitor.request('message.send', first)).toEqual(sent)
    const resumed = await visitor.request('resume', {})
    if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
    const messages = resumed.snapshot.events.filter((event) => event.type === 'message')
    expect(messages).toHaveLength(1)
    expect(resumed.snapshot.state.seq).toBe(sent.seq)
  })

  it('is taken whatever character its beginning is cut at', async () => {
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('message.send', say(`${'x'.repeat(199)}😀`))
    // Also as one of several that are written together.
    const { seq } = await visitor.request('message.send', say(`${'y'.repeat(199)}😀`, conversationId))
    const resumed = await visitor.request('resume', {})
    if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
    expect(resumed.snapshot.state).toMatchObject({ seq, lastText: { text: 'y'.repeat(199) } })
  })

  it('sent twice at once is stored once', async () => {
    const visitor = await app.visitor()
    const one = say('At once')
    const answers = await Promise.all([1, 2, 3, 4].map(() => visitor.request('message.send', one)))
    expect(new Set(answers.map((answer) => `${answer.conversationId}/${answer.seq}`)).size).toBe(1)
  })

  it('sent several times at once into an open conversation is stored once, by either side', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    const { conversationId } = await visitor.request('message.send', say('Hi'))
    await agent.request('conversation.take', { conversationId })
    const [one, reply] = [say('Once', conversationId), { ...say('Once'), conversationId }]
    const answers = await Promise.all([
      ...[1, 2, 3].map(() => visitor.request('message.send', one)),
      ...[1, 2, 3].map(() => agent.request('message.send', reply)),
    ])
    expect(new Set(answers.slice(0, 3).map((answer) => answer.seq)).size).toBe(1)
    expect(new Set(answers.slice(3).map((answer) => answer.seq)).size).toBe(1)
    const resumed = await agent.request('resume', { conversationId, after: 0 })
    if (resumed.kind !== 'events') throw new Error(resumed.kind)
    expect(resumed.events.filter((event) => event.type === 'message')).toHaveLength(3)
  })

  it('is announced to the visitor in gap-free numbers, with or without notes between', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    const { conversationId } = await visitor.request('message.send', say('Hi'))
    await agent.request('conversation.take', { conversationId })
    await agent.request('note.add', { conversationId, clientId: id(), text: 'CANARY-note' })
    const reply = { conversationId, clientId: id(), text: 'Hello Mina', attachments: [] }
    await agent.request('message.send', reply)
    await visitor.push('events', ({ events }) => events.some((event) => event.clientId === reply.clientId))
    const resumed = await visitor.request('resume', { conversationId, after: 0 })
    if (resumed.kind !== 'events') throw new Error(resumed.kind)
    expect(resumed.events.map((event) => event.seq)).toEqual(resumed.events.map((_, i) => i + 1))
    expect(JSON.stringify([resumed, visitor.pushes])).not.toContain('CANARY-note')
    expect(resumed.events.at(-1)).toMatchObject({ type: 'message', payload: { text: 'Hello Mina' } })
  })

  it('reaches a conversation of somebody else as if there were none', async () => {
    const [visitor, stranger] = [await app.visitor(), await app.visitor()]
    const { conversationId } = await visitor.request('message.send', say('Mine'))
    for (const attempt of [
      stranger.request('message.send', say('Yours?', conversationId)),
      stranger.request('resume', { conversationId }),
      stranger.request('history', { conversationId, before: 5 }),
      stranger.request('conversation.end', { conversationId }),
      stranger.request('call.ask', { conversationId, media: 'voice', consent: { record: [] } }),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: 'notFound' })
    }
    await expect(stranger.request('resume', { conversationId: id() })).rejects.toMatchObject({
      code: 'notFound',
    })
  })

  it.each([
    ['a NUL', 'a\0b'],
    ['a lone surrogate', 'a\ud800b'],
    ['too much', 'x'.repeat(8_001)],
    ['nothing', '  '],
  ])('with %s is refused and nothing is stored', async (_, text) => {
    const visitor = await app.visitor()
    await expect(visitor.request('message.send', say(text))).rejects.toMatchObject({ code: 'badInput' })
    expect(await visitor.request('resume', {})).toEqual({ kind: 'none' })
  })

  it('that the agent had not seen when they ended the conversation keeps it open', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Amir')]
    const { conversationId } = await visitor.request('message.send', say('First'))
    await agent.request('conversation.take', { conversationId })
    const resumed = await agent.request('resume', { conversationId, after: 0 })
    const after = resumed.kind === 'events' ? (resumed.events.at(-1)?.seq ?? 0) : 0
    await visitor.request('message.send', say('Wait, one more thing', conversationId))
    await expect(agent.request('conversation.end', { conversationId, after })).rejects.toMatchObject({
      code: 'conflict',
      detail: { reason: 'spoke' },
    })
    // Their own word is none that they had not seen.
    const seen = after + 1
    const answer = { conversationId, clientId: id(), text: 'Go on', attachments: [] }
    await agent.request('message.send', answer)
    await agent.request('conversation.end', { conversationId, after: seen })
  })

  it('after the end reopens the conversation, with the same agent preferred', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Amir')]
    const { conversationId } = await visitor.request('message.send', say('First'))
    await agent.request('conversation.take', { conversationId })
    await agent.request('conversation.end', { conversationId })
    const again = await visitor.request('message.send', say('One more thing', conversationId))
    expect(again.conversationId).toBe(conversationId)
    const resumed = await agent.request('resume', { conversationId })
    if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
    expect(resumed.snapshot.state.phase.name).toBe('queued')
    expect(resumed.snapshot.state.lastAgent?.name).toBe('Amir')
  })

  it('after the end tells the page on which the visitor is by then', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Amir')]
    const shopPage = (title: string) => ({ url: `https://shop.test/${title.slice(0, 9)}`, title })
    const [lamps, chairs, tooLong] = [shopPage('lamps'), shopPage('chairs'), shopPage('x'.repeat(301))]
    const { conversationId } = await visitor.request('message.send', { ...say('First'), page: lamps })
    const seen = async () => {
      const resumed = await agent.request('resume', { conversationId })
      if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
      const { state, events } = resumed.snapshot
      return [state.page?.title, events.filter(({ type }) => type === 'pageViewed').length]
    }
    const comesBackOn = async (page: typeof chairs) => {
      await visitor.request('conversation.end', { conversationId })
      await visitor.request('message.send', { ...say('And more', conversationId), page })
      return await seen()
    }
    expect(await comesBackOn(lamps)).toEqual(['lamps', 0])
    expect(await comesBackOn(chairs)).toEqual(['chairs', 1])
    await expect(comesBackOn(tooLong)).rejects.toMatchObject({ code: 'badInput' })
  })

  it('that names a conversation long over goes into the one that has begun since', async () => {
    const visitor = await app.visitor()
    const old = await visitor.request('message.send', say('First'))
    await visitor.request('conversation.end', { conversationId: old.conversationId })
    const longAgo = sql<string>`jsonb_set(state, '{phase,at}', '0')`
    await app.db
      .updateTable('conversation')
      .set({ state: longAgo })
      .where('id', '=', old.conversationId)
      .execute()
    const present = await visitor.request('message.send', say('A month later'))
    expect(present.conversationId).not.toBe(old.conversationId)
    const slept = await visitor.request('message.send', say('From a sleeping tab', old.conversationId))
    expect(slept.conversationId).toBe(present.conversationId)
  })
})

describe('a visitor who turns out to be another one, while both are in a conversation', () => {
  it('is in the one with the newest word, and in the other when that is over', async () => {
    const begun = async (text: string) => {
      const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
      const { conversationId } = await visitor.request('message.send', say(text))
      await agent.request('conversation.take', { conversationId })
      const row = app.db.selectFrom('conversation').select('visitor_id').where('id', '=', conversationId)
      const { visitor_id: id } = await row.executeTakeFirstOrThrow()
      const writes = (words: string) => agent.request('message.send', { ...say(words), conversationId })
      return { visitor, agent, conversationId, id, writes }
    }
    const known = await begun('On the telephone')
    const stranger = await begun('On the computer')
    await inTransaction(app.db, (trx) => mergeVisitors(trx, stranger.id, known.id))
    const isIn = async () => {
      const resumed = await known.visitor.request('resume', {})
      return resumed.kind === 'snapshot' ? resumed.snapshot.conversationId : resumed.kind
    }
    await known.writes('Are you there?')
    expect(await isIn()).toBe(known.conversationId)
    await stranger.writes('And there?')
    expect(await isIn()).toBe(stranger.conversationId)
    await stranger.agent.request('conversation.end', { conversationId: stranger.conversationId })
    expect(await isIn()).toBe(known.conversationId)
    // Also from the page that still shows the one that is over.
    const further = await known.visitor.request('message.send', say('Here', stranger.conversationId))
    expect(further.conversationId).toBe(known.conversationId)
  })
})
