/** For tests: a clock that moves only when told, and a small server that keeps a log and loses what it is told to. */
import { PAGE, RESUME_LIMIT, type Marks, type WireEvent } from '../../server/contract/events.ts'
import {
  type Actor,
  emptyState,
  type EventBody,
  evolve,
  type Side,
} from '../../server/conversation/conversation.ts'
import type { Clock } from '../wire/clock.ts'
import { RequestError } from '../wire/request-error.ts'
import type { ThreadPort } from './port.ts'

export function createTestClock(start = 1_700_000_000_000) {
  let now = start
  const tasks = new Set<{ at: number; task: () => void }>()
  const clock: Clock = {
    now: () => now,
    after(ms, task) {
      const entry = { at: now + ms, task }
      tasks.add(entry)
      return () => tasks.delete(entry)
    },
  }
  return {
    clock,
    /** Runs everything due within `ms`, in order, letting promises settle in between. */
    async pass(ms: number): Promise<void> {
      const end = now + ms
      await settle()
      for (;;) {
        const due = [...tasks].filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0]
        if (!due) break
        tasks.delete(due)
        now = Math.max(now, due.at)
        due.task()
        await settle()
      }
      now = end
    },
  }
}

export const settle = async (): Promise<void> => {
  for (let i = 0; i < 25; i++) await Promise.resolve()
}

/** What may happen to one thing on the wire. `answerLost`: it arrived, but nobody learns of it. */
export type Fate = 'ok' | 'lost' | 'twice' | 'late' | 'answerLost'

type Push = { conversationId: string; events: WireEvent[] }
export const visitorActor: Actor = { kind: 'visitor' }
export const agentActor: Actor = { kind: 'agent', id: 'a', name: 'Sara' }

/** One conversation's reference log. `fate` is asked for each push and each request. */
export function createReferenceServer(fate: () => Fate = () => 'ok', conversationId = 'c1') {
  const log: WireEvent[] = []
  const marks: Marks = { visitor: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 } }
  const handlers = {
    events: new Set<(push: Push) => void>(),
    marks: new Set<(push: { conversationId: string; marks: Marks }) => void>(),
    typing: new Set<(push: { conversationId: string; side: Side; on: boolean }) => void>(),
    online: new Set<() => void>(),
  }
  const late: Push[] = []
  const calls: string[] = []
  let online = true
  let at = 1_700_000_000_000

  const announce = (push: Push): void => {
    if (!online) return
    const what = fate()
    if (what === 'lost' || what === 'answerLost') return
    if (what === 'late') {
      late.push(push)
      return
    }
    for (const handler of handlers.events) handler(push)
    if (what === 'twice') for (const handler of handlers.events) handler(push)
  }
  const append = (body: EventBody, actor: Actor, clientId?: string): WireEvent => {
    at += 1_000
    const event: WireEvent = { ...body, seq: log.length + 1, at, actor, ...(clientId ? { clientId } : {}) }
    log.push(event)
    announce({ conversationId, events: [event] })
    return event
  }
  const stateAt = (events: readonly WireEvent[]) =>
    events.reduce((state, event) => evolve(state, event, event), emptyState)

  /** Every request goes through here. */
  const answer = async <T>(name: string, act: () => T): Promise<T> => {
    calls.push(name)
    await Promise.resolve()
    const what = online ? fate() : 'lost'
    if (what === 'lost') throw new RequestError({ code: 'unavailable' })
    const output = act()
    if (what === 'twice') act()
    if (what === 'answerLost') throw new RequestError({ code: 'unavailable' })
    return structuredClone(output)
  }
  const listen = <T>(set: Set<T>, handler: T): (() => void) => {
    set.add(handler)
    return () => set.delete(handler)
  }

  const port: ThreadPort = {
    resume: ({ after }) =>
      answer('resume', () => {
        if (log.length === 0) return { kind: 'none' as const }
        if (after !== undefined && log.length - after <= RESUME_LIMIT)
          return { kind: 'events' as const, conversationId, events: log.slice(after), marks }
        const events = log.slice(-PAGE)
        const more = log.length > PAGE
        return {
          kind: 'snapshot' as const,
          snapshot: { conversationId, state: stateAt(log), events, more, marks },
        }
      }),
    history: ({ before }) =>
      answer('history', () => ({
        events: log.slice(Math.max(0, before - 1 - PAGE), before - 1),
        more: before - 1 - PAGE > 0,
      })),
    send: (message) =>
      answer('send', () => {
        const known = log.find((one) => one.clientId === message.clientId)
        const body: EventBody = { type: 'message', v: 1, payload: { text: message.text } }
        const event = known ?? append(body, visitorActor, message.clientId)
        return { conversationId, seq: event.seq }
      }),
    mark: (input) =>
      answer('mark', () => {
        marks.visitor.delivered = Math.max(marks.visitor.delivered, input.delivered ?? 0)
        marks.visitor.read = Math.max(marks.visitor.read, input.read ?? 0)
      }),
    typing: ({ on }) => answer(`typing ${on}`, () => undefined),
    onEvents: (handler) => listen(handlers.events, handler),
    onMarks: (handler) => listen(handlers.marks, handler),
    onTyping: (handler) => listen(handlers.typing, handler),
    onOnline(handler) {
      if (online) handler()
      return listen(handlers.online, handler)
    },
    isOnline: () => online,
  }

  return {
    port,
    log,
    marks,
    calls,
    say: (text: string) => append({ type: 'message', v: 1, payload: { text } }, agentActor),
    append,
    type: (on: boolean) => {
      for (const handler of handlers.typing) handler({ conversationId, side: 'agent', on })
    },
    /** Delivers what was held back, in the order given by `pick`. */
    release(pick: (count: number) => number): void {
      while (late.length > 0) {
        const [push] = late.splice(pick(late.length), 1)
        if (push && online) for (const handler of handlers.events) handler(push)
      }
    },
    setOnline(next: boolean): void {
      online = next
      if (next) for (const handler of handlers.online) handler()
    },
  }
}
