import { join } from 'node:path'
import { v7 as newId } from 'uuid'
import { ensureSecrets } from '../../scripts/runner/secrets.ts'
import type { Stack } from '../../scripts/test-env.ts'
import { demoSiteKey } from '../../server/agent/demo.service.ts'
import { SESSION_COOKIE } from '../../server/agent/sign-in.routes.ts'
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
  const visitorAccess = await visitorSession(url, site)
  const deskAccess = await deskSession(url, link)
  const visitor = await connectClient('visitor', url, await visitorAccess())
  const agent = await connectClient('desk', url, await deskAccess())
  const hello = { conversationId: null, clientId: newId(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await agent.request('conversation.take', { conversationId })
  const consent = { record: ['mic' as const] }
  const { callId } = await visitor.request('call.ask', { conversationId, media: 'voice', consent })
  const people = [
    createTalker(visitor, callId, async (tab) =>
      connectClient('visitor', url, await visitorAccess(), { tab }),
    ),
    createTalker(agent, callId, async (tab) => connectClient('desk', url, await deskAccess(), { tab })),
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

/** Access that is renewed each time it is asked for, as pages do: it lasts minutes, a run of many rounds longer. */
async function visitorSession(url: string, site: string): Promise<() => Promise<string>> {
  let renewal: string | undefined
  return async () => {
    const response = await post(`${url}/api/visitor/session`, { site, ...(renewal ? { renewal } : {}) })
    const session = (await response.json()) as VisitorSession
    renewal = session.renewal
    return session.access
  }
}

async function deskSession(url: string, link: string | undefined): Promise<() => Promise<string>> {
  let cookie: string | undefined
  return async () => {
    const response = cookie
      ? await post(`${url}/api/desk/session`, {}, { cookie })
      : await post(`${url}/api/desk/sign-in`, { link })
    cookie = response.headers
      .getSetCookie()
      .find((one) => one.startsWith(SESSION_COOKIE))
      ?.split(';')[0]
    return ((await response.json()) as DeskSession).access
  }
}

async function post(url: string, body: unknown, more: Record<string, string> = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...more }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response
}
