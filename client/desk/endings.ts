/** Conversations that are about to end: a moment in which it can be undone. */
import { atom } from 'nanostores'
import type { Wire } from '../wire/wire.ts'

/** Time to think better of ending a conversation. */
export const UNDO_MS = 5_000

export function createEndings(wire: Wire<'desk'>) {
  const $ending = atom<ReadonlySet<string>>(new Set())
  const due = new Map<string, () => Promise<boolean>>()
  const forget = (conversationId: string): void => {
    due.delete(conversationId)
    $ending.set(new Set([...$ending.get()].filter((id) => id !== conversationId)))
  }
  const flush = async () => (await Promise.all([...due.values()].map((now) => now()))).every(Boolean)
  const stop = wire.beforeLeave(() => void flush())
  const end = (conversationId: string, failed: (error: unknown) => void): (() => void) => {
    const now = async (): Promise<boolean> => {
      clearTimeout(timer)
      forget(conversationId)
      try {
        await wire.request('conversation.end', { conversationId })
        return true
      } catch (error) {
        failed(error)
        return false
      }
    }
    const timer = setTimeout(() => void now(), UNDO_MS)
    due.set(conversationId, now)
    $ending.set(new Set([...$ending.get(), conversationId]))
    return () => {
      clearTimeout(timer)
      forget(conversationId)
    }
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
