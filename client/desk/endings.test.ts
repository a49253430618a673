import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { memoryStore } from '../wire/storage.ts'
import { agentActor, createReferenceServer, settle, visitorActor } from '../model/testing.ts'
import { createThread } from '../model/thread.ts'
import { createEndings, UNDO_MS } from './endings.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

async function ending() {
  const server = createReferenceServer()
  const thread = createThread({
    ...{ port: server.port, store: memoryStore(), audience: 'agent', conversationId: 'c1', scope: 'c1' },
  })
  server.append({ type: 'message', v: 1, payload: { text: 'Hello' } }, visitorActor)
  await settle()
  const asked: unknown[] = []
  const request = async (name: string, input: unknown) => void asked.push([name, input])
  const endings = createEndings({ request: request as never, beforeLeave: () => () => undefined })
  const told: unknown[] = []
  endings.end({ conversationId: 'c1', thread }, (error) => told.push(error))
  const say = (actor: typeof visitorActor) =>
    server.append({ type: 'message', v: 1, payload: { text: 'And one more' } }, actor)
  return { endings, asked, told, say }
}

describe('a conversation that is about to end', () => {
  it('ends, and says what of it had been seen', async () => {
    const { endings, asked, told, say } = await ending()
    say(agentActor)
    await jest.advanceTimersByTimeAsync(UNDO_MS)
    expect(asked).toEqual([['conversation.end', { conversationId: 'c1', after: 1 }]])
    expect(told).toEqual([])
    expect(endings.$ending.get().size).toBe(0)
  })

  it('goes on at a word of the visitor, of which the agent is told', async () => {
    const { endings, asked, told, say } = await ending()
    say(visitorActor)
    await settle()
    expect(told).toEqual([expect.objectContaining({ code: 'conflict', detail: { reason: 'spoke' } })])
    expect(endings.$ending.get().size).toBe(0)
    await jest.advanceTimersByTimeAsync(UNDO_MS)
    expect(await endings.flush()).toBe(true)
    expect(asked).toEqual([])
  })
})
