import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const hello = () => ({ conversationId: null, clientId: newId(), text: 'Hello', attachments: [] })

describe('what waits before a queue', () => {
  it('is told to all staff of it: what came, and what went with the version by which it did', async () => {
    const [taker, other] = [await app.staff('Taker'), await app.staff('Other')]
    const visitors = await Promise.all([1, 2, 3].map(() => app.visitor()))
    const started = await Promise.all(visitors.map((one) => one.request('message.send', hello())))
    const ids = started.map(({ conversationId }) => conversationId)
    for (const id of ids)
      await other.push('line', ({ rows }) => rows.some(({ conversationId }) => conversationId === id))
    const [first = ''] = ids
    await taker.request('conversation.take', { conversationId: first })
    const mine = await taker.push('inbox', ({ row }) => row.conversationId === first)
    const told = await other.push('line', ({ gone }) => gone.some((one) => one.conversationId === first))
    expect(told.gone).toEqual([{ conversationId: first, version: mine.row.version }])
    // What an agent has is nobody else's to hear of.
    expect(other.pushes.filter(({ name }) => name === 'inbox')).toEqual([])
  })

  it('comes together where much changes at once', async () => {
    const agent = await app.staff('Busy')
    const visitors = await Promise.all(Array.from({ length: 12 }, () => app.visitor()))
    const before = agent.pushes.length
    const started = await Promise.all(visitors.map((one) => one.request('message.send', hello())))
    const awaited = new Set(started.map(({ conversationId }) => conversationId))
    const lines = () => agent.pushes.slice(before).filter(({ name }) => name === 'line')
    const heard = () =>
      new Set(
        lines().flatMap(({ payload }) =>
          (payload as { rows: { conversationId: string }[] }).rows.map((row) => row.conversationId),
        ),
      )
    await agent.push('line', () => [...awaited].every((id) => heard().has(id)))
    expect(lines().length).toBeLessThan(6)
  })
})
