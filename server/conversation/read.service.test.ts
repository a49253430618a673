import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import { type Marks, PAGE, RESUME_LIMIT } from '../contract/events.ts'
import type { Resumed } from '../contract/requests.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import type { Client } from '../testing/client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

type Visitor = Client<'visitor'>
type Staff = Awaited<ReturnType<TestApp['staff']>>

const words = (text: string) => ({ clientId: id(), text, attachments: [] })
const say = (visitor: Visitor, text: string, conversationId: string | null = null) =>
  visitor.request('message.send', { conversationId, ...words(text) })

const snapshotOf = (answer: Resumed) => {
  if (answer.kind !== 'snapshot') throw new Error(answer.kind)
  return answer.snapshot
}
const eventsOf = (answer: Resumed) => {
  if (answer.kind !== 'events') throw new Error(answer.kind)
  return answer
}

/** A visitor and their agent, with a note between the two sides' words that shifts the numbers apart. */
async function talk(): Promise<{ visitor: Visitor; agent: Staff; conversationId: string }> {
  const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
  const { conversationId } = await say(visitor, 'Hi')
  await agent.request('conversation.take', { conversationId })
  await agent.request('note.add', { conversationId, clientId: id(), text: 'private' })
  await agent.request('message.send', { conversationId, ...words('Hello') })
  return { visitor, agent, conversationId }
}

describe('resuming', () => {
  it('without a number gives the state, the newest page and the marks', async () => {
    const visitor = await app.visitor()
    const { conversationId } = await say(visitor, 'first')
    for (let n = 1; n < PAGE; n++) await say(visitor, `${n}`, conversationId)
    const whole = snapshotOf(await visitor.request('resume', {}))
    expect(whole).toMatchObject({ conversationId, more: true, state: { messages: PAGE } })
    expect(whole.events).toHaveLength(PAGE)
    expect(whole.events.at(-1)?.seq).toBe(whole.state.seq)
    expect(whole.marks).toEqual({ visitor: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 } })
  })

  it('says to staff whose it is, also when it is over and in no list any more, and to nobody else', async () => {
    const { visitor, agent, conversationId } = await talk()
    await app.db.updateTable('visitor').set({ name: 'Nima' }).execute()
    await agent.request('conversation.end', { conversationId })
    const whole = snapshotOf(await agent.request('resume', { conversationId }))
    expect(whole).toMatchObject({ state: { phase: { name: 'ended' } }, visitor: { name: 'Nima' } })
    expect(snapshotOf(await visitor.request('resume', { conversationId }))).not.toHaveProperty('visitor')
  })

  it('after a number gives what was missed, each side in its own numbers', async () => {
    const { visitor, agent, conversationId } = await talk()
    const forVisitor = eventsOf(await visitor.request('resume', { conversationId, after: 3 }))
    expect(forVisitor.events.map(({ seq, type }) => [seq, type])).toEqual([
      [4, 'assigned'],
      [5, 'message'],
    ])
    const forAgent = eventsOf(await agent.request('resume', { conversationId, after: 3 }))
    expect(forAgent.events.map(({ seq, type }) => [seq, type])).toEqual([
      [4, 'assigned'],
      [5, 'note'],
      [6, 'message'],
    ])
  })

  it('with nothing missed gives no events, yet the marks', async () => {
    const { visitor, agent, conversationId } = await talk()
    await agent.request('mark', { conversationId, read: 6 })
    const answer = eventsOf(await visitor.request('resume', { conversationId, after: 5 }))
    expect(answer.events).toEqual([])
    expect(answer.marks.agent).toEqual({ delivered: 5, read: 5 })
  })

  it('from beyond the end, or from too far behind, begins anew', async () => {
    const { visitor, conversationId } = await talk()
    expect(snapshotOf(await visitor.request('resume', { conversationId, after: 6 })).state.seq).toBe(5)
    // As if so much had been said: how far behind is told by the state, before anything is read.
    const { visitor_state } = await app.db
      .selectFrom('conversation')
      .select('visitor_state')
      .where('id', '=', conversationId)
      .executeTakeFirstOrThrow()
    const state = visitor_state as { seq: number }
    const behind = async (events: number) => {
      const long = JSON.stringify({ ...state, seq: events })
      await app.db
        .updateTable('conversation')
        .set({ visitor_state: long })
        .where('id', '=', conversationId)
        .execute()
      return (await visitor.request('resume', { conversationId, after: 0 })).kind
    }
    expect(await behind(RESUME_LIMIT)).toBe('events')
    expect(await behind(RESUME_LIMIT + 1)).toBe('snapshot')
  })

  it('of what is not there is answered as of what is another’s', async () => {
    const [stranger, { conversationId, agent }] = [await app.visitor(), await talk()]
    const [missing, foreign] = await Promise.all([
      stranger.raw('resume', { conversationId: id() }),
      stranger.raw('resume', { conversationId }),
    ])
    expect(foreign).toEqual(missing)
    expect(foreign).toMatchObject({ ok: false, failure: { code: 'notFound' } })
    const other = await app.staff('Other')
    const asked = { conversationId, before: 9 }
    expect(await other.raw('history', asked)).toEqual(
      await other.raw('history', { ...asked, conversationId: id() }),
    )
    expect(await agent.raw('history', asked)).toMatchObject({ ok: true })
  })
})

describe('history', () => {
  it('pages backwards without holes', async () => {
    const visitor = await app.visitor()
    const { conversationId } = await say(visitor, '0')
    for (let n = 1; n <= 70; n++) await say(visitor, String(n), conversationId)
    const first = snapshotOf(await visitor.request('resume', { conversationId }))
    expect(first.more).toBe(true)
    const before = first.events[0]?.seq ?? 0
    const older = await visitor.request('history', { conversationId, before })
    const seqs = [...older.events, ...first.events].map((event) => event.seq)
    expect(seqs).toEqual(seqs.map((_, n) => n + 1))
    expect(older.more).toBe(false)
  })

  it('tells the visitor nothing of what only staff see', async () => {
    const { visitor, agent, conversationId } = await talk()
    const mine = await visitor.request('history', { conversationId, before: 6 })
    expect(mine.events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5])
    expect(JSON.stringify(mine)).not.toContain('private')
    const staff = await agent.request('history', { conversationId, before: 7 })
    expect(staff.events.map((event) => event.type)).toContain('note')
  })
})

describe('marks', () => {
  const told = async (client: Visitor, conversationId: string): Promise<Marks> =>
    snapshotOf(await client.request('resume', { conversationId })).marks

  it('rise, never fall, and are told in the other side’s numbers', async () => {
    const { visitor, agent, conversationId } = await talk()
    await agent.request('mark', { conversationId, read: 6 })
    await agent.request('mark', { conversationId, read: 1 })
    expect((await told(visitor, conversationId)).agent).toEqual({ delivered: 5, read: 5 })
    await visitor.request('mark', { conversationId, delivered: 5, read: 3 })
    const forAgent = eventsOf(await agent.request('resume', { conversationId, after: 6 }))
    expect(forAgent.marks.visitor).toEqual({ delivered: 6, read: 3 })
    expect((await told(visitor, conversationId)).visitor).toEqual({ delivered: 5, read: 3 })
  })

  it('of what only staff see are told to the visitor as of the word before it', async () => {
    const { visitor, agent, conversationId } = await talk()
    await agent.request('mark', { conversationId, read: 5 })
    expect((await told(visitor, conversationId)).agent.read).toBe(4)
  })

  it('reach no further than the log, whatever is claimed', async () => {
    const { visitor, agent, conversationId } = await talk()
    await agent.request('mark', { conversationId, read: 2_000 })
    await visitor.request('mark', { conversationId, delivered: 2_000 })
    const later = await agent.request('message.send', { conversationId, ...words('Not read yet') })
    const marks = (await told(visitor, conversationId)).visitor
    expect(marks).toEqual({ delivered: 5, read: 0 })
    expect(later.seq).toBe(7)
    expect((await told(visitor, conversationId)).agent.read).toBe(5)
  })

  it('of an agent who only looks are not the answering side’s', async () => {
    const { visitor, conversationId } = await talk()
    const boss = await app.staff('Vera', 'supervisor')
    await boss.request('mark', { conversationId, read: 6 })
    expect((await told(visitor, conversationId)).agent).toEqual({ delivered: 0, read: 0 })
    const waiting = await app.visitor()
    const { conversationId: queued } = await say(waiting, 'Anybody?')
    const looking = await app.staff('Looking')
    await looking.request('mark', { conversationId: queued, read: 3 })
    expect((await told(waiting, queued)).agent.read).toBe(0)
  })

  it('are announced when they rise, and only then', async () => {
    const { visitor, agent, conversationId } = await talk()
    await agent.request('mark', { conversationId, read: 6 })
    const rose = ({ marks }: { marks: Marks }) => marks.agent.read === 5
    await visitor.push('marks', rose)
    const before = visitor.pushes.filter((push) => push.name === 'marks').length
    await agent.request('mark', { conversationId, read: 6, delivered: 6 })
    await agent.request('mark', { conversationId, read: 2 })
    await visitor.request('mark', { conversationId, read: 5 })
    await visitor.push('marks', ({ marks }) => marks.visitor.read === 5)
    expect(visitor.pushes.filter((push) => push.name === 'marks')).toHaveLength(before + 1)
  })
})
