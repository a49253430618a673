/** Conversations that are about to end: a moment in which it can be undone, and in which a word of the visitor undoes it. */
import { atom } from 'nanostores'
import { isVisitorsWord } from '../../server/conversation/conversation.ts'
import type { Thread } from '../model/thread.ts'
import { RequestError } from '../wire/request-error.ts'
import type { Wire } from '../wire/wire.ts'

/** Time to think better of ending a conversation. */
export const UNDO_MS = 5_000

type Ended = { conversationId: string; thread: Pick<Thread, '$view'> }

export function createEndings(wire: Pick<Wire<'desk'>, 'request' | 'beforeLeave'>) {
  const $ending = atom<ReadonlySet<string>>(new Set())
  const due = new Map<string, () => Promise<boolean>>()
  const forget = (conversationId: string): void => {
    due.delete(conversationId)
    $ending.set(new Set([...$ending.get()].filter((id) => id !== conversationId)))
  }
  const flush = async () => (await Promise.all([...due.values()].map((now) => now()))).every(Boolean)
  const stop = wire.beforeLeave(() => void flush())
  const end = ({ conversationId, thread }: Ended, failed: (error: unknown) => void): (() => void) => {
    const after = thread.$view.get().state.seq
    const undo = () => {
      clearTimeout(timer)
      unlisten()
      forget(conversationId)
    }
    const now = async (): Promise<boolean> => {
      undo()
      try {
        await wire.request('conversation.end', { conversationId, after })
        return true
      } catch (error) {
        failed(error)
        return false
      }
    }
    const timer = setTimeout(() => void now(), UNDO_MS)
    const unlisten = thread.$view.listen(({ events }) => {
      if (!events.some((event) => event.seq > after && isVisitorsWord(event))) return
      undo()
      failed(new RequestError({ code: 'conflict', detail: { reason: 'spoke' } }))
    })
    due.set(conversationId, now)
    $ending.set(new Set([...$ending.get(), conversationId]))
    return undo
  }
  return {
    $ending,
    end,
    flush,
    close() {
      stop()
      void flush()
    },
  }
}
