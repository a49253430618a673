/**
 * One conversation as its reader holds it: the state folded forward, the events by number, and the messages under way.
 * Events are applied strictly in order; later ones are held for 250 ms and then the missing ones are asked for.
 */
import { atom, type ReadableAtom } from 'nanostores'
import type { Marks, Snapshot, WireEvent } from '../../server/contract/events.ts'
import {
  type AttachmentInfo,
  type ConversationState,
  emptyState,
  evolve,
  type Side,
} from '../../server/conversation/conversation.ts'
import { type Clock, systemClock } from '../wire/clock.ts'
import { RequestError } from '../wire/request-error.ts'
import type { Store } from '../wire/storage.ts'
import { createAttention } from './attention.ts'
import { createOutbox, type PendingMessage } from './outbox.ts'
import type { ThreadPort } from './port.ts'

const GAP_MS = 250
const RESUME_RETRY_MS = 2_000

export type ThreadView = {
  /** `loading` until the server has said what there is. */
  phase: 'loading' | 'ready'
  /** Null: nothing said yet. */
  conversationId: string | null
  state: ConversationState
  /** Without gaps, oldest first. */
  events: readonly WireEvent[]
  /** There is more before the first. */
  more: boolean
  loadingEarlier: boolean
  pending: readonly PendingMessage[]
  marks: Marks
  /** The other side is typing. */
  typing: boolean
}

export type ThreadOptions = {
  port: ThreadPort
  audience: Side
  /** Null: the visitor's own, whichever it is. */
  conversationId: string | null
  store: Store
  /** Names the outbox in storage: the site for a visitor, the conversation for an agent. */
  scope: string
  clock?: Clock
}

export type Thread = {
  $view: ReadableAtom<ThreadView>
  send(text: string, attachments?: AttachmentInfo[]): void
  /** A private note; desk only. */
  note(text: string): void
  retry(clientId: string): void
  discard(clientId: string): void
  /** What is under way was somebody else's: this page sends it no more, and with `stored` no other does. */
  forget(stored: boolean): void
  loadEarlier(): Promise<void>
  /** The reader has seen everything up to here. */
  read(seq: number): void
  /** Call at each key press; it tells the other side sparingly, and by itself when it stops. */
  typed(): void
  /** Fetches what is missing; called by itself at each reconnection. */
  resume(): Promise<void>
  /** Takes up a conversation that was begun by other means (a call). */
  adopt(conversationId: string): void
  close(): void
}

const noMarks: Marks = { visitor: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 } }

export function createThread(options: ThreadOptions): Thread {
  const { port, audience, clock = systemClock } = options
  const $view = atom<ThreadView>({
    phase: 'loading',
    conversationId: options.conversationId,
    state: emptyState,
    events: [],
    more: false,
    loadingEarlier: false,
    pending: [],
    marks: noMarks,
    typing: false,
  })
  const view = (): ThreadView => $view.get()
  const patch = (change: Partial<ThreadView>): void => $view.set({ ...view(), ...change })
  const held = new Map<number, WireEvent>()
  let cancelGap: (() => void) | null = null
  let resuming: Promise<void> | null = null
  let again = false
  let closed = false

  const attention = createAttention({ port, clock, audience, conversationId: () => view().conversationId })
  const outbox = createOutbox({
    scope: options.scope,
    store: options.store,
    clock,
    changed: (pending) => patch({ pending }),
    send: async ({ kind, clientId, text, attachments }) => {
      const ids = attachments.map((one) => one.id)
      const { conversationId } = view()
      const stored = await port.send({ kind, conversationId, clientId, text, attachments: ids })
      adopt(stored.conversationId)
      // Sent long ago, it may be further back than what is shown: its event will not come again.
      if (stored.seq <= view().state.seq) outbox.seen(new Set([clientId]))
      else expect(stored.seq)
    },
  })
  patch({ pending: outbox.list() })

  /** The server holds this one: if it does not come by itself, it will be fetched. */
  const expect = (seq: number): void => {
    if (seq > view().state.seq) watchGap()
  }
  const watchGap = (): void => {
    cancelGap ??= clock.after(GAP_MS, () => {
      cancelGap = null
      void resume()
    })
  }

  const accept = (events: readonly WireEvent[]): void => {
    let { state } = view()
    const added: WireEvent[] = []
    for (const event of events) if (event.seq > state.seq) held.set(event.seq, event)
    for (let next = held.get(state.seq + 1); next; next = held.get(state.seq + 1)) {
      held.delete(next.seq)
      state = evolve(state, next, next)
      added.push(next)
    }
    for (const seq of held.keys()) if (seq <= state.seq) held.delete(seq)
    if (held.size > 0) watchGap()
    else {
      cancelGap?.()
      cancelGap = null
    }
    if (added.length === 0) return
    patch({ state, events: [...view().events, ...added] })
    settle(added)
  }

  /** What the log now shows is no longer under way, and has been delivered. */
  const settle = (events: readonly WireEvent[]): void => {
    outbox.seen(new Set(events.flatMap((one) => (one.clientId ? [one.clientId] : []))))
    if (events.some((one) => one.type === 'message' && one.actor.kind !== audience)) patch({ typing: false })
    attention.delivered(view().state.seq)
  }

  const replace = ({ conversationId, state, events, more, marks }: Snapshot): void => {
    // Overtaken by events that arrived while it travelled.
    if (conversationId === view().conversationId && state.seq < view().state.seq) return
    for (const seq of held.keys()) if (seq <= state.seq) held.delete(seq)
    patch({ phase: 'ready', conversationId, state, events, more, marks })
    settle(events)
    accept([])
  }

  /** The visitor is somebody else now, or the conversation was erased. */
  const startOver = (): void => {
    held.clear()
    patch({ conversationId: null, state: emptyState, events: [], more: false, marks: noMarks })
  }

  const adopt = (conversationId: string): void => {
    if (view().conversationId === conversationId) return
    held.clear()
    patch({ conversationId, state: emptyState, events: [], more: false, marks: noMarks })
    void resume()
  }

  const ask = async (): Promise<void> => {
    const { conversationId, state } = view()
    const after = conversationId && state.seq > 0 ? state.seq : undefined
    const answer = await port.resume({ conversationId: conversationId ?? undefined, after })
    if (closed || view().conversationId !== conversationId) return
    if (answer.kind === 'snapshot') replace(answer.snapshot)
    else if (answer.kind === 'events') {
      patch({ phase: 'ready', marks: answer.marks })
      accept(answer.events)
    } else patch({ phase: 'ready' })
  }

  /** One at a time; a call during one means that the answer may already be old: it is asked once more. */
  const resume = (): Promise<void> => {
    if (closed) return Promise.resolve()
    again = resuming !== null
    resuming ??= (async () => {
      try {
        do {
          again = false
          await ask()
        } while (again && !closed)
      } catch (error) {
        if (error instanceof RequestError && error.code === 'notFound' && options.conversationId === null)
          startOver()
        // Offline: `onOnline` resumes. Online, the server is in trouble: a little later.
        if (!closed && port.isOnline()) clock.after(RESUME_RETRY_MS, () => void resume())
      } finally {
        resuming = null
      }
    })()
    return resuming
  }

  const mine = (push: { conversationId: string }): boolean => push.conversationId === view().conversationId
  const stops = [
    port.onEvents((push) => {
      if (mine(push)) accept(push.events)
      // A visitor learns of a conversation that another of their pages began.
      else if (audience === 'visitor' && options.conversationId === null) adopt(push.conversationId)
    }),
    port.onMarks((push) => {
      if (mine(push)) patch({ marks: push.marks })
    }),
    attention.onTyping((typing) => patch({ typing })),
    port.onOnline(() => void resume().then(() => outbox.flushAll())),
  ]

  return {
    $view,
    send(text, attachments = []) {
      attention.stopTyping()
      outbox.add('message', text, attachments)
    },
    note: (text) => void outbox.add('note', text, []),
    retry: outbox.retry,
    discard: outbox.discard,
    forget: outbox.forget,
    read: attention.read,
    typed: attention.typed,
    resume,
    adopt,
    async loadEarlier() {
      const { conversationId, events, more, loadingEarlier } = view()
      const first = events[0]
      if (!conversationId || !first || !more || loadingEarlier) return
      patch({ loadingEarlier: true })
      try {
        const page = await port.history({ conversationId, before: first.seq })
        if (view().events[0] === first) patch({ events: [...page.events, ...view().events], more: page.more })
      } finally {
        patch({ loadingEarlier: false })
      }
    },
    close() {
      closed = true
      cancelGap?.()
      for (const stop of stops) stop()
      attention.close()
      outbox.close()
    },
  }
}
