/** The scripted visitor against the real server: what the meter waits for before it looks. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import { createRandom } from '../../server/routing/simulation/random.ts'
import { startTestApp, type TestApp } from '../../server/testing/app.ts'
import { newLedger } from './ledger.ts'
import { createVisitor } from './visitor.ts'

let app: TestApp
beforeAll(async () => {
  // As in the day: what is said after the end begins anew.
  app = await startTestApp({ reopenMs: 0 })
})
afterAll(() => app.stop())

/** Comes at once, always answers, after two seconds, never tires, and would come again in an hour. */
const eager = { ...createRandom(1), next: () => 0.6, chance: () => true, exponential: () => 3_600_000 }

it('a visitor whose thanks came after the end has begun anew, and is done when that is over too', async () => {
  const ledger = newLedger()
  const agent = await app.staff('Sara')
  await agent.request('status.set', { status: 'available' })
  const {
    session: { access: token },
    close,
  } = await app.visitor()
  close()
  const way = { url: app.url, token, address: '127.0.0.1', pauseMs: 0, patienceMs: 0 }
  const visitor = createVisitor(way, ledger, eager)
  let done = false
  void visitor.done.then(() => {
    done = true
  })
  const served = new Set<string>()
  const take = async () => {
    const { offerId, conversationId } = await agent.push('offer', (one) => !served.has(one.conversationId))
    served.add(conversationId)
    await agent.request('offer.accept', { offerId })
    return conversationId
  }
  const end = (conversationId: string) => agent.request('conversation.end', { conversationId })
  try {
    const first = await take()
    // Then the visitor is told of each event by itself, and not of where all stands.
    while (!ledger.heard.has(first)) await delay(5)
    await agent.request('message.send', { ...said(), conversationId: first })
    await end(first)
    const second = await take()
    expect(second).not.toBe(first)
    visitor.comeNoMore()
    // Answered after all that a visitor who had nothing under way would have done.
    await visitor.line.request('resume', { conversationId: second, after: 0 })
    expect(done).toBe(false)
    await end(second)
    await visitor.done
    expect(ledger).toMatchObject({ faults: [], finished: new Set([first, second]) })
  } finally {
    visitor.close()
  }
}, 60_000)

const said = () => ({ clientId: newId(), text: 'It is on its way', attachments: [] })
