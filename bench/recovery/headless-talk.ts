import { join } from 'node:path'
import { v7 as newId } from 'uuid'
import { ensureSecrets } from '../../scripts/runner/secrets.ts'
import type { Stack } from '../../scripts/test-env.ts'
import { demoSiteKey } from '../../server/agent/demo.service.ts'
import type { DeskSession, VisitorSession } from '../../server/contract/http.ts'
import { connectClient } from '../../server/testing/client.ts'
import { watchStall } from '../lib/stall.ts'
import type { Talk } from './talk.ts'
import { createTalker } from './talker.ts'

/** Two seats on werift: their signalling goes through the server as a browser's does, and comes back as one's does. */
export async function talkHeadless(stack: Stack): Promise<Talk> {
  const url = `http://127.0.0.1:${stack.port}`
  const { jwtSecret, controlToken } = ensureSecrets(join(stack.dataDir, 'secrets.json'))
  const site = demoSiteKey({ secrets: { jwtSecret, controlToken } })
  const link = stack.links.find(({ name }) => name === 'Sara')?.url.split('#link=')[1]
  const visitorSession = await post<VisitorSession>(`${url}/api/visitor/session`, { site })
  const deskSession = await post<DeskSession>(`${url}/api/desk/sign-in`, { link })
  const visitor = await connectClient('visitor', url, visitorSession.access)
  const agent = await connectClient('desk', url, deskSession.access)
  const hello = { conversationId: null, clientId: newId(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await agent.request('conversation.take', { conversationId })
  const consent = { record: ['mic' as const] }
  const { callId } = await visitor.request('call.ask', { conversationId, media: 'voice', consent })
  const people = [
    createTalker(visitor, callId, (tab) => connectClient('visitor', url, visitorSession.access, { tab })),
    createTalker(agent, callId, (tab) => connectClient('desk', url, deskSession.access, { tab })),
  ]
  await Promise.all(people.map((one) => one.sit()))
  await agent.request('call.answer', { callId, accept: true })
  const stall = watchStall()
  return {
    async settled() {
      await Promise.all(people.map((one) => one.hears()))
    },
    async gapSince(since) {
      const gapMs = Math.max(...people.map((one) => one.longestGap(since)))
      return { gapMs, lagMs: stall.take() }
    },
    async close() {
      stall.stop()
      for (const one of people) one.leave()
    },
  }
}

async function post<T>(url: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return (await response.json()) as T
}
