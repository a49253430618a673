import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { waitLevel } from './board.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const hello = () => ({ conversationId: null, clientId: id(), text: 'Hello', attachments: [] })
const FRESH_MS = 1_050

it('shows who waits, who was answered in time and who gave up, each agent, and each conversation with its call', async () => {
  const boss = await app.staff('Vera', 'supervisor')
  const sara = await app.staff('Sara')
  await sara.request('status.set', { status: 'busy' })
  const [talks, gives, waits] = [await app.visitor(), await app.visitor(), await app.visitor()]
  const { conversationId } = await talks.request('message.send', hello())
  await sara.request('conversation.take', { conversationId })
  const asked = { conversationId, media: 'voice' as const, consent: { record: [] } }
  const { callId } = await talks.request('call.ask', asked)
  await sara.request('call.answer', { callId, accept: true })
  const given = await gives.request('message.send', hello())
  await gives.request('conversation.end', { conversationId: given.conversationId })
  const { conversationId: waiting } = await waits.request('message.send', hello())
  const away = await app.visitor()
  const task = await away.request('callback.ask', { conversationId: null, media: 'voice', at: null })
  const since = (id: string, ago: string) =>
    sql`update conversation set waiting_since = now() - ${ago}::interval where id = ${id}`.execute(app.db)
  await since(waiting, '30 seconds')
  await since(task.conversationId, '10 hours')

  const board = await boss.request('board', {})
  // A chat has its 45 s, whatever calls are promised; and a task breaks no promise.
  expect(board.queues.map((line) => waitLevel(line, board.now))).toEqual(['near'])
  expect(board.queues).toMatchObject([
    {
      ...{ id: null, name: '', waiting: 1, tasks: 1, target: { share: 0.8, withinMs: 45_000 } },
      now: { answered: 1, inTime: 1, abandoned: 1 },
      today: { answered: 1, inTime: 1, abandoned: 1 },
    },
  ])
  expect(board.queues[0]?.longestSince).toBeLessThanOrEqual(board.now)
  expect(board.agents).toMatchObject([{ name: 'Sara', status: 'busy', conversations: 1, calling: true }])
  expect(board.conversations).toMatchObject([
    {
      conversationId,
      agent: { name: 'Sara' },
      waitingSince: null,
      call: { callId, media: 'voice', held: false, people: 2 },
    },
    { conversationId: waiting, agent: null, call: null },
    { conversationId: task.conversationId, agent: null },
  ])

  const [same, later] = [boss.request('board', {}), new Promise((resolve) => setTimeout(resolve, FRESH_MS))]
  expect((await same).now).toBe(board.now)
  await later
  expect((await boss.request('board', {})).now).toBeGreaterThan(board.now)
  for (const role of ['agent', 'reviewer'] as const) {
    const other = await app.staff('Other', role)
    await expect(other.request('board', {})).rejects.toMatchObject({ code: 'notAllowed' })
  }
})
