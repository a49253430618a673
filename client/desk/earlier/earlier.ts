/** What was with a visitor before: the list beside their present conversation, and the words of one of them. */
import { atom, type ReadableAtom } from 'nanostores'
import type { Earlier } from '../../../server/contract/desk.ts'
import type { WireEvent } from '../../../server/contract/events.ts'
import { MAX_SEQ } from '../../../server/contract/limits.ts'
import { failureOf } from '../../wire/request-error.ts'
import type { Wire } from '../../wire/wire.ts'

/** `gone`: not there, or not for this reader (any more). `failed`: the server is in trouble; `retry` asks again. */
type Phase = 'loading' | 'ready' | 'gone' | 'failed'
/** `items`: of the list newest first, of the words oldest first. */
export type Pages<T> = { phase: Phase; items: readonly T[]; more: boolean }

export type Reading<T> = {
  $pages: ReadableAtom<Pages<T>>
  /** The page after those that are here; once at a time. Rejects with `RequestError`. */
  loadMore(): Promise<void>
  retry(): void
  close(): void
}

type Page<T> = { items: readonly T[]; more: boolean }
type Source<T> = {
  first(): Promise<Page<T>>
  after(known: readonly T[]): Promise<Page<T>>
  join(known: readonly T[], page: readonly T[]): readonly T[]
}

export const readEarlier = (wire: Wire<'desk'>, conversationId: string): Reading<Earlier> => {
  const before = (id: string) => wire.request('conversation.earlier', { conversationId: id })
  return createReading(wire, {
    first: () => before(conversationId),
    after: (known) => before(known.at(-1)?.conversationId ?? conversationId),
    join: (known, page) => [...known, ...page],
  })
}

export const readWords = (wire: Wire<'desk'>, conversationId: string): Reading<WireEvent> => {
  const before = async (seq: number) => {
    const { events, more } = await wire.request('history', { conversationId, before: seq })
    return { items: events, more }
  }
  return createReading(wire, {
    first: () => before(MAX_SEQ),
    after: (known) => before(known[0]?.seq ?? 0),
    join: (known, page) => [...page, ...known],
  })
}

function createReading<T>(wire: Wire<'desk'>, source: Source<T>): Reading<T> {
  const $pages = atom<Pages<T>>({ phase: 'loading', items: [], more: false })
  let busy = false
  let closed = false
  const load = async (): Promise<void> => {
    try {
      const page = await source.first()
      if (!closed) $pages.set({ phase: 'ready', ...page })
    } catch (error) {
      const phase = failureOf(error).code === 'notFound' ? 'gone' : 'failed'
      if (!closed) $pages.set({ phase, items: [], more: false })
    }
  }
  const retry = (): void => {
    // What is over does not change: once read, it stays.
    if ($pages.get().phase !== 'ready') void load()
  }
  const stop = wire.onOnline(retry)
  return {
    $pages,
    retry,
    async loadMore() {
      const { items, more } = $pages.get()
      if (!more || busy) return
      busy = true
      try {
        const page = await source.after(items)
        if (!closed) $pages.set({ phase: 'ready', items: source.join(items, page.items), more: page.more })
      } finally {
        busy = false
      }
    },
    close() {
      closed = true
      stop()
    },
  }
}
