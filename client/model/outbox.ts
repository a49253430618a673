/** Messages on their way: kept in storage until the log shows them, sent in the order written, never twice. */
import { newId } from '../wire/new-id.ts'
import type { AttachmentInfo } from '../../server/conversation/conversation.ts'
import type { ErrorCode } from '../../server/contract/errors.ts'
import type { Clock } from '../wire/clock.ts'
import { RequestError } from '../wire/request-error.ts'
import type { Store } from '../wire/storage.ts'

/** `pending`: waits or travels. `stored`: the server has it, its event has not come yet. `failed`: refused. */
export type PendingMessage = {
  kind: 'message' | 'note'
  /** UUIDv7, made here; the server knows the message by it. */
  clientId: string
  text: string
  attachments: AttachmentInfo[]
  /** ms, this machine's clock. */
  at: number
  status: 'pending' | 'stored' | 'failed'
  failure?: ErrorCode
}

export type OutboxOptions = {
  /** Whose messages: part of the key in storage. */
  scope: string
  store: Store
  clock: Clock
  send: (message: PendingMessage) => Promise<void>
  changed: (messages: readonly PendingMessage[]) => void
}

const RETRY_MS = 2_000

export function createOutbox({ scope, store, clock, send, changed }: OutboxOptions) {
  const keyOf = (id: string): string => `parley.out.${scope}.${id}`
  let list = load(store, keyOf(''))
  let sending = false
  let closed = false
  let cancelRetry: (() => void) | null = null

  const put = (next: PendingMessage[]): void => {
    list = next
    changed(list)
  }
  const update = (clientId: string, change: Partial<PendingMessage>): void => {
    // The storage may be another one's by now.
    if (closed) return
    put(list.map((one) => (one.clientId === clientId ? { ...one, ...change } : one)))
    const now = list.find((one) => one.clientId === clientId)
    if (now) store.set(keyOf(clientId), JSON.stringify(now))
  }
  const remove = (clientIds: ReadonlySet<string>): void => {
    if (!list.some((one) => clientIds.has(one.clientId))) return
    for (const id of clientIds) store.remove(keyOf(id))
    put(list.filter((one) => !clientIds.has(one.clientId)))
  }

  /** Sends what waits, one at a time; stops at trouble that may pass, and tries again later. */
  const flush = async (): Promise<void> => {
    if (sending) return
    sending = true
    cancelRetry?.()
    cancelRetry = null
    try {
      for (let next = firstPending(list); next && !closed; next = firstPending(list)) {
        const wait = await attempt(next)
        if (wait === null || closed) continue
        cancelRetry = clock.after(wait, () => void flush())
        return
      }
    } finally {
      sending = false
    }
  }

  /** Null: dealt with. Else how many ms to wait before trying again. */
  const attempt = async (message: PendingMessage): Promise<number | null> => {
    try {
      await send(message)
      update(message.clientId, { status: 'stored' })
      return null
    } catch (error) {
      const code = error instanceof RequestError ? error.code : 'internal'
      if (code === 'unavailable' || code === 'signInNeeded') return RETRY_MS
      if (code === 'tooMany') return (error as RequestError).retryAfterMs ?? RETRY_MS
      update(message.clientId, { status: 'failed', failure: code })
      return null
    }
  }

  return {
    list: () => list,
    flush,
    /** Also takes up what another tab, which may be gone, has left in storage; sent twice it is still one message. */
    async flushAll(): Promise<void> {
      const known = new Set(list.map((one) => one.clientId))
      const left = load(store, keyOf('')).filter(
        (one) => !known.has(one.clientId) && one.status === 'pending',
      )
      // By name, which is by time.
      if (left.length > 0) put([...list, ...left].sort((a, b) => (a.clientId < b.clientId ? -1 : 1)))
      await flush()
    },
    add(kind: PendingMessage['kind'], text: string, attachments: AttachmentInfo[]): PendingMessage {
      const message: PendingMessage = {
        kind,
        clientId: newId(),
        text,
        attachments,
        at: clock.now(),
        status: 'pending',
      }
      store.set(keyOf(message.clientId), JSON.stringify(message))
      put([...list, message])
      void flush()
      return message
    },
    retry(clientId: string): void {
      update(clientId, { status: 'pending' })
      void flush()
    },
    discard: (clientId: string): void => remove(new Set([clientId])),
    /** These are in the log now. */
    seen: remove,
    /** They were somebody else's: this page sends none of them. `stored`: no other does, either. */
    forget(stored: boolean): void {
      if (stored) for (const key of store.keys(keyOf(''))) store.remove(key)
      put([])
    },
    /** What is still under way stays in storage, for the next one. */
    close(): void {
      closed = true
      cancelRetry?.()
    },
  }
}

const firstPending = (list: readonly PendingMessage[]) => list.find((one) => one.status === 'pending')

/** After a reload: `stored` ones are asked again, which is harmless, since it is not known whether they were seen. */
function load(store: Store, prefix: string): PendingMessage[] {
  const found: PendingMessage[] = []
  for (const key of store.keys(prefix).sort()) {
    try {
      const message = JSON.parse(store.get(key) ?? '') as PendingMessage
      found.push(message.status === 'stored' ? { ...message, status: 'pending' } : message)
    } catch {
      store.remove(key)
    }
  }
  return found
}
