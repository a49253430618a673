/** A scripted visitor: asks, waits as long as their patience lasts, answers what they are told, and comes again. */
import { setTimeout as delay } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import type { WireEvent } from '../../server/contract/events.ts'
import type { Resumed } from '../../server/contract/requests.ts'
import type { Random } from '../../server/routing/simulation/random.ts'
import type { Ledger } from './ledger.ts'
import { type Line, openLine, Refused } from './line.ts'

type Way = { url: string; token: string; address: string; pauseMs: number; patienceMs: number }

export type ScriptedVisitor = {
  line: Line
  /** They finish what they have begun. */
  comeNoMore(): void
  /** When all that they began is over. */
  done: Promise<void>
  close(): void
}

export function createVisitor(way: Way, ledger: Ledger, random: Random): ScriptedVisitor {
  const home = new AbortController()
  let conversationId: string | null = null
  /** All up to this number have been seen, in order. */
  let last = 0
  let served = false
  let over = Promise.withResolvers<void>()
  const replies = new Set<Promise<void>>()
  const say = async (text: string): Promise<void> => {
    const clientId = newId()
    const said = { conversationId, clientId, text, attachments: [] }
    const stored = (await line.request('message.send', said)) as { conversationId: string }
    ledger.stored.add(clientId)
    enter(stored.conversationId)
  }
  const enter = (id: string) => {
    if (conversationId === id) return
    // A reply that came too late has begun another one, of which nobody has asked yet whether it is over.
    if (conversationId !== null && ledger.finished.has(conversationId)) over = Promise.withResolvers()
    conversationId = id
    last = 0
    void resume()
  }
  const resume = async (): Promise<void> => {
    if (conversationId === null) return
    const asked = { conversationId, after: last }
    const answer = (await line.request('resume', asked).catch(() => null)) as Resumed | null
    if (answer?.kind === 'events' && answer.conversationId === conversationId) answer.events.forEach(take)
    if (answer?.kind !== 'snapshot' || answer.snapshot.conversationId !== conversationId) return
    last = Math.max(last, answer.snapshot.state.seq)
    ledger.heard.set(conversationId, last)
    if (answer.snapshot.state.phase.name === 'ended') finish(conversationId)
  }
  const take = (event: WireEvent): void => {
    if (conversationId === null || event.seq !== last + 1) return
    last = event.seq
    ledger.heard.set(conversationId, last)
    if (event.type === 'assigned') served = true
    if (event.type === 'ended') finish(conversationId)
    if (event.type === 'message' && event.actor.kind === 'agent' && random.chance(0.8)) {
      const words = reply().finally(() => replies.delete(words))
      replies.add(words)
    }
  }
  const finish = (id: string) => {
    ledger.finished.add(id)
    over.resolve()
  }
  const reply = async (): Promise<void> => {
    const about = conversationId
    await delay(500 + 2_500 * random.next())
    // Said after the end, it would begin anew.
    if (about === conversationId && !home.signal.aborted) await say('Thank you').catch(() => undefined)
  }
  const told = (name: string, payload: { conversationId: string; events: WireEvent[] }): void => {
    if (name !== 'events' || payload.conversationId !== conversationId) return
    const first = payload.events[0]
    if (first && first.seq > last + 1) void resume()
    else payload.events.forEach(take)
  }
  const line = openLine(
    { ...way, url: `${way.url}/visitor` },
    { push: (name, payload) => told(name, payload), connected: () => void resume() },
  )
  const visit = async (): Promise<void> => {
    over = Promise.withResolvers<void>()
    served = false
    conversationId = null
    await say('Hello')
    const patience = new AbortController()
    const leaving = delay(random.exponential(way.patienceMs), 'tired', { signal: patience.signal }).catch(
      () => 'served',
    )
    const first = await Promise.race([leaving, over.promise])
    if (first === 'tired' && !served) await line.request('conversation.end', { conversationId })
    await over.promise
    patience.abort()
  }
  const pause = (ms: number) => delay(ms, undefined, { signal: home.signal }).catch(() => undefined)
  const live = async (): Promise<void> => {
    await pause(random.next() * way.pauseMs)
    while (!home.signal.aborted) {
      try {
        await visit()
      } catch (error) {
        const fine = error instanceof Refused && ['conflict', 'notFound'].includes(error.code)
        if (!fine) throw error
      }
      await pause(random.exponential(way.pauseMs))
    }
  }
  /** Nothing of theirs is under way any more. */
  const settled = async (): Promise<void> => {
    await Promise.all(replies)
    if (conversationId !== null && !ledger.finished.has(conversationId)) await over.promise
  }
  return {
    line,
    comeNoMore: () => home.abort(),
    done: live()
      .then(settled)
      .catch((error: unknown) => {
        if (!(error instanceof Error) || error.message !== 'closed') ledger.faults.push(String(error))
      }),
    close: () => line.close(),
  }
}
