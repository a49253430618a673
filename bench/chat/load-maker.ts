/** The process that holds all the people's sockets and makes them talk: apart, so that it shares no loop with what it measures. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Socket } from 'socket.io-client'
import { v7 as newId } from 'uuid'
import { watchStall } from '../lib/stall.ts'
import { connectToApp, connectToRelay, converse, type Pair } from './people.ts'
import type { LoadPlan, Order, Reply, RoundPlan, RoundResult, Target } from './words.ts'

/** As long as a chat's line is on average. */
const FILLER = ' Do you have the blue one in size 42, and when could it be here?'
/** What is still under way at a round's end gets this long. */
const DRAIN_MS = 10_000

const stall = watchStall()
const pairs: Partial<Record<Target, Pair[]>> = {}
let plan: LoadPlan | null = null
let people: { visitors: Socket[]; agents: Socket[] } | null = null
/** Messages under way in this round: text's number → when it was sent. */
const underWay = new Map<string, number>()
let arrived: number[] = []
let marks = false

type Push = { conversationId: string; events: { seq: number; type: string; payload: { text?: string } }[] }

/** Counts the messages of the other side that reach this socket. */
function listen(socket: Socket, from: 'v' | 'a'): void {
  socket.on('push', (name: string, payload: Push) => {
    if (name !== 'events') return
    const now = performance.now()
    for (const event of payload.events) {
      const id = event.payload.text?.split(' ', 1)[0] ?? ''
      const sentAt = id.startsWith(from) ? underWay.get(id) : undefined
      if (sentAt === undefined) continue
      underWay.delete(id)
      arrived.push(now - sentAt)
      if (marks) {
        const input = { conversationId: payload.conversationId, delivered: event.seq, read: event.seq }
        socket.emit('request', 'mark', input, () => undefined)
      }
    }
  })
}

async function round({ target, perSecond, ms, ...rest }: RoundPlan): Promise<RoundResult> {
  const talkers = pairs[target] ?? []
  underWay.clear()
  arrived = []
  marks = rest.marks && target === 'app'
  const result: Sent = { sent: 0, refused: {}, stored: [] }
  stall.take()
  const begun = performance.now()
  // An open loop with random gaps: a slow answer does not slow the senders down, and nothing marches in step.
  for (let due = begun; due < begun + ms; due += (-Math.log(1 - Math.random()) * 1000) / perSecond) {
    const wait = due - performance.now()
    if (wait > 1) await delay(wait)
    const pair = talkers[Math.floor(Math.random() * talkers.length)]
    if (pair) say(pair, result)
  }
  const last = performance.now() + DRAIN_MS
  while (!isDone(result) && performance.now() < last) await delay(20)
  return { ...result, delivered: arrived.length, delivery: arrived, stallMs: stall.take() }
}

type Sent = Pick<RoundResult, 'sent' | 'refused' | 'stored'>

const isDone = ({ sent, stored, refused }: Sent) =>
  underWay.size === 0 && stored.length + Object.values(refused).reduce((sum, one) => sum + one, 0) === sent

function say(pair: Pair, result: Sent): void {
  const from = result.sent % 2 === 0 ? 'v' : 'a'
  const id = `${from}${result.sent}-${Math.random().toString(36).slice(2, 8)}`
  const input = {
    conversationId: pair.conversationId,
    clientId: newId(),
    text: id + FILLER,
    attachments: [],
  }
  result.sent += 1
  const sentAt = performance.now()
  underWay.set(id, sentAt)
  const socket = from === 'v' ? pair.visitor : pair.agent
  socket.emit('request', 'message.send', input, (answer: { ok: boolean; failure?: { code: string } }) => {
    if (answer.ok) {
      result.stored.push(performance.now() - sentAt)
      return
    }
    underWay.delete(id)
    const code = answer.failure?.code ?? 'unknown'
    result.refused[code] = (result.refused[code] ?? 0) + 1
  })
}

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'plan':
      plan = order.plan
      return null
    case 'connect':
      if (plan === null) throw new Error('no plan')
      if (order.target === 'app') {
        people = await connectToApp(plan)
        return people.visitors.length + people.agents.length
      }
      return listenAll(order.target, await connectToRelay(plan, plan.relayUrls[order.target]))
    case 'converse':
      if (people === null) throw new Error('nobody is connected')
      return listenAll('app', await converse(people))
    case 'round':
      return await round(order.round)
    case 'leave':
      process.exit(0)
  }
}

function listenAll(target: Target, all: Pair[]): number {
  pairs[target] = all
  for (const { visitor } of all) listen(visitor, 'a')
  for (const agent of new Set(all.map((pair) => pair.agent))) listen(agent, 'v')
  return all.length
}

process.on('message', (order: Order) => {
  obey(order).then(
    (result) => process.send?.({ ok: true, result } satisfies Reply),
    (error: unknown) => process.send?.({ ok: false, error: String(error) } satisfies Reply),
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.({ ok: true, result: 'ready' } satisfies Reply)
