/** Servers over one database, on machines whose clocks differ: what counts is the database's. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { v7 as id } from 'uuid'
import { clockOf } from '../conversation/conversation.store.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { connectClient } from '../testing/client.ts'

/** Longer than an access token lives, or a conversation can be taken up again. */
const AHEAD_MS = 25 * 3_600_000

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterEach(() => {
  jest.useRealTimers()
})
afterAll(() => app.stop())

/** The machine's clock alone: time passes as ever. */
function goAhead(): void {
  jest.useFakeTimers({
    now: Date.now() + AHEAD_MS,
    doNotFake: [
      ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
      ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
    ],
  })
}

describe('a server whose clock is ahead', () => {
  it('knows who has just signed in at another', async () => {
    const { session, close } = await app.staff('Sara')
    close()
    goAhead()
    const headers = { authorization: `Bearer ${session.access}` }
    expect((await fetch(`${app.url}/api/desk/configuration/awayReason`, { headers })).status).toBe(200)
    const agent = await connectClient('desk', app.url, session.access)
    expect((await agent.request('beat', {})).now).toBeLessThan((await clockOf(app.db)) + 60_000)
    agent.close()
  })

  it('takes up the conversation that has just ended', async () => {
    const visitor = await app.visitor()
    const said = { clientId: id(), text: 'Good day', attachments: [] }
    const { conversationId } = await visitor.request('message.send', { conversationId: null, ...said })
    await visitor.request('conversation.end', { conversationId })
    visitor.close()
    goAhead()
    const again = await connectClient('visitor', app.url, visitor.session.access)
    expect(await again.request('resume', {})).toMatchObject({ snapshot: { conversationId } })
    again.close()
  })
})
