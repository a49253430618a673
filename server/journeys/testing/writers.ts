/** Visitors and agents as the client's own code makes them, without a browser around it. */
import { setMaxListeners } from 'node:events'
import { deskPort, type ThreadPort, visitorPort } from '../../../client/model/port.ts'
import { createThread, type Thread } from '../../../client/model/thread.ts'
import { RequestError } from '../../../client/wire/request-error.ts'
import { memoryStore, type Store } from '../../../client/wire/storage.ts'
import type { Wire } from '../../../client/wire/wire.ts'
import type { Side } from '../../conversation/conversation.ts'

/** What the client's code asks of a browser. */
export function standInForBrowser(): void {
  const page = new EventTarget()
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  // Many pages listen to one.
  setMaxListeners(0, page, document)
  Object.assign(globalThis, {
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
    document,
  })
}

/** One end of a conversation. A reload makes wire and thread anew; the store stays. */
export type Writer = {
  side: Side
  thread(): Thread
  /** Texts in the order they were written. */
  written: string[]
  write(text: string): void
}

/** How the line misbehaves beyond breaking, each a probability for one message. */
export type Mischief = { twice: number; answerLost: number }

/** Sends some messages twice at once, and keeps some answers back. */
function unreliable(port: ThreadPort, { twice, answerLost }: Mischief): ThreadPort {
  return {
    ...port,
    async send(message) {
      const copies = Math.random() < twice ? 2 : 1
      const answers = await Promise.allSettled(Array.from({ length: copies }, () => port.send(message)))
      if (Math.random() < answerLost) throw new RequestError({ code: 'unavailable' })
      const [answer] = answers
      if (answer?.status !== 'fulfilled') throw answer?.reason
      return answer.value
    },
  }
}

type Seat = { thread: Thread; store: Store; conversationId: string | null; written: string[] }

/** One person's page: a connection, and a thread for each of their conversations. */
export type WriterPage = {
  side: Side
  open(conversationId: string | null): Writer
  /** Closes all that the page holds and loads it again. */
  reload(): void
  close(): void
}

type Connect = { visitor: () => Wire<'visitor'>; agent: () => Wire<'desk'> }

export function openWriterPage<S extends Side>(side: S, connect: Connect[S], mischief: Mischief): WriterPage {
  const seats: Seat[] = []
  let wire = connect()
  const portOf = (): ThreadPort =>
    side === 'visitor' ? visitorPort(wire as Wire<'visitor'>) : deskPort(wire as Wire<'desk'>)
  const begin = (store: Store, conversationId: string | null): Thread =>
    createThread({
      port: unreliable(portOf(), mischief),
      audience: side,
      conversationId,
      store,
      scope: conversationId ?? 'mine',
    })
  return {
    side,
    open(conversationId) {
      const store = memoryStore()
      const seat: Seat = { thread: begin(store, conversationId), store, conversationId, written: [] }
      seats.push(seat)
      return {
        side,
        thread: () => seat.thread,
        written: seat.written,
        write(text) {
          seat.written.push(text)
          seat.thread.send(text)
        },
      }
    },
    reload() {
      for (const { thread } of seats) thread.close()
      wire.close()
      wire = connect()
      for (const seat of seats) seat.thread = begin(seat.store, seat.conversationId)
    },
    close() {
      for (const { thread } of seats) thread.close()
      wire.close()
    },
  }
}
