/** A thousand messages over a line that breaks, to a server that is killed, from pages that are reloaded. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Thread } from '../../client/model/thread.ts'
import { connectWire } from '../../client/wire/socket.ts'
import type { DeskSession, VisitorSession } from '../contract/http.ts'
import { connectClient } from '../testing/client.ts'
import { type CuttingProxy, openCuttingProxy } from './testing/cutting-proxy.ts'
import { eventually, openStage, type Stage } from './testing/stage.ts'
import { openWriterPage, standInForBrowser, type Writer, type WriterPage } from './testing/writers.ts'

const VISITORS = 8
const EACH = 63
const KILLS = 5
const mischief = { twice: 0.2, answerLost: 0.1 }

type Pair = { conversationId: string; visitor: Writer; agent: Writer }

let stage: Stage
let line: CuttingProxy
const pages: WriterPage[] = []
const pairs: Pair[] = []

const post = async <T>(path: string, body: unknown): Promise<T> => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${stage.stack.url}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as T
}

beforeAll(async () => {
  standInForBrowser()
  stage = await openStage()
  line = await openCuttingProxy(stage.stack.port, { from: 3_000, to: 24_000 })
  const shop = await (await fetch(`${stage.stack.url}/demo`)).text()
  const site = /data-site="([^"]+)"/.exec(shop)?.[1]
  const agents = await Promise.all(['Sara', 'Amir'].map(signIn))
  for (let index = 0; index < VISITORS; index++) {
    const { access } = await post<VisitorSession>('/api/visitor/session', { site })
    const token = () => Promise.resolve(access)
    const page = openWriterPage(
      'visitor',
      () => connectWire({ namespace: 'visitor', url: line.url, token }),
      mischief,
    )
    const visitor = page.open(null)
    visitor.write('visitor 0')
    const conversationId = await eventually(
      'a conversation',
      () => visitor.thread().$view.get().conversationId ?? false,
    )
    const desk = agents[index % agents.length]
    if (!desk) throw new Error('no agent')
    await desk.take(conversationId)
    pages.push(page)
    pairs.push({ conversationId, visitor, agent: desk.page.open(conversationId) })
  }
  pages.push(...agents.map(({ page }) => page))
}, 150_000)
afterAll(async () => {
  for (const page of pages) page.close()
  await line?.close()
  await stage?.stop()
}, 90_000)

async function signIn(name: string) {
  const link = stage.stack.links.find((one) => one.name === name)?.url.split('#link=')[1]
  const { access } = await post<DeskSession>('/api/desk/sign-in', { link })
  const token = () => Promise.resolve(access)
  const page = openWriterPage(
    'agent',
    () => connectWire({ namespace: 'desk', url: line.url, token }),
    mischief,
  )
  return {
    page,
    async take(conversationId: string) {
      const client = await connectClient('desk', stage.stack.url, access)
      await client.request('conversation.take', { conversationId })
      client.close()
    },
  }
}

const writers = () => pairs.flatMap(({ visitor, agent }) => [visitor, agent])
const shown = () => pairs.reduce((sum, { agent }) => sum + agent.thread().$view.get().state.messages, 0)
const total = VISITORS * EACH * 2

/** Everybody writes on, a few words at a time, whatever happens. */
async function writeAll(): Promise<void> {
  for (let wave = 0; wave < EACH; wave++) {
    for (const writer of writers()) {
      if (writer.written.length <= wave) writer.write(`${writer.side} ${writer.written.length}`)
    }
    await delay(150)
  }
}

/** Between one fifth and the next a kill, and meanwhile somebody always reloads. */
async function troubleAll(until: Promise<void>): Promise<void> {
  let running = true
  void until.then(() => {
    running = false
  })
  const reloading = (async () => {
    for (let turn = 0; running; turn++) {
      pages[turn % pages.length]?.reload()
      await delay(400)
    }
  })()
  for (let kill = 1; kill <= KILLS; kill++) {
    await eventually('they go on', () => shown() >= (total * (kill - 0.5)) / (KILLS + 1), 60_000)
    const pid = stage.stack.pids().server ?? 0
    stage.kill('server')
    await stage.back('server', pid)
  }
  await reloading
}

async function wholeThread(thread: Thread): Promise<{ seq: number; text: string; by: string }[]> {
  while (thread.$view.get().more) await thread.loadEarlier().catch(() => undefined)
  return thread.$view.get().events.flatMap((event) => {
    if (event.type !== 'message') return []
    return [{ seq: event.seq, text: event.payload.text, by: event.actor.kind }]
  })
}

describe('people who write a thousand messages', () => {
  it('find each one once and in order on both sides, though lines break, pages reload and the server is killed', async () => {
    const began = Date.now()
    const writing = writeAll()
    await Promise.all([writing, troubleAll(writing)])
    line.relent()
    await eventually(
      'nothing is under way',
      () => writers().every(({ thread }) => thread().$view.get().pending.length === 0),
      40_000,
    )
    const took = Date.now() - began
    for (const { conversationId, visitor, agent } of pairs) {
      const stored = await stage.rows<{
        seq: number
        visitor_seq: number | null
        by: string
        text: string | null
        type: string
      }>(
        `select seq, visitor_seq, actor_kind as by, payload->>'text' as text, type
         from conversation_event where conversation_id = $1 order by seq`,
        [conversationId],
      )
      expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1))
      const messages = stored.filter(({ type }) => type === 'message')
      for (const { side, written } of [visitor, agent]) {
        expect(written).toHaveLength(EACH)
        expect(messages.filter(({ by }) => by === side).map(({ text }) => text)).toEqual(written)
      }
      const last = stored.at(-1)
      await eventually('both have all of it', () => agent.thread().$view.get().state.seq === last?.seq)
      expect(await wholeThread(agent.thread())).toEqual(
        messages.map(({ seq, text, by }) => ({ seq, text, by })),
      )
      const lastSeen = stored.findLast(({ visitor_seq }) => visitor_seq !== null)?.visitor_seq
      await eventually('both have all of it', () => visitor.thread().$view.get().state.seq === lastSeen)
      expect(await wholeThread(visitor.thread())).toEqual(
        messages.map(({ visitor_seq, text, by }) => ({ seq: visitor_seq, text, by })),
      )
    }
    process.stdout.write(
      `    ${total} messages in ${Math.round(took / 1_000)} s, ${line.cuts()} cuts, ${KILLS} kills\n`,
    )
    expect(line.cuts()).toBeGreaterThan(20)
  }, 150_000)
})
