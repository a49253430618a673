/** The fleeting side of a thread: who types, what has been delivered and read. At most one word a second is sent. */
import type { Side } from '../../server/conversation/conversation.ts'
import type { Clock } from '../wire/clock.ts'
import type { ThreadPort } from './port.ts'

const MARK_MS = 1_000
const TYPING_AGAIN_MS = 3_000
const TYPING_STOPS_MS = 4_000
/** A side that says nothing more has stopped. */
const TYPING_TTL_MS = 5_000

type Options = { port: ThreadPort; clock: Clock; audience: Side; conversationId: () => string | null }

export function createAttention({ port, clock, audience, conversationId }: Options) {
  let sent = { delivered: 0, read: 0 }
  let wanted = { delivered: 0, read: 0 }
  let owner: string | null = null
  let cancelMark: (() => void) | null = null
  let toldTypingAt: number | null = null
  let cancelStop: (() => void) | null = null
  let cancelTtl: (() => void) | null = null

  /** Marks are worth repeating, never worth an error: the next one, or the next reconnection, carries them. */
  const tell = (): void => {
    cancelMark = null
    const id = conversationId()
    if (!id || !port.isOnline()) return
    if (wanted.delivered <= sent.delivered && wanted.read <= sent.read) return
    const before = sent
    sent = { ...wanted }
    port.mark({ conversationId: id, ...wanted }).catch(() => {
      sent = before
    })
  }
  const want = (kind: 'delivered' | 'read', seq: number): void => {
    if (owner !== conversationId()) {
      owner = conversationId()
      sent = { delivered: 0, read: 0 }
      wanted = { delivered: 0, read: 0 }
    }
    if (seq <= wanted[kind]) return
    wanted = { ...wanted, [kind]: seq, delivered: Math.max(wanted.delivered, seq) }
    cancelMark ??= clock.after(MARK_MS, tell)
  }

  const sayTyping = (on: boolean): void => {
    const id = conversationId()
    if (id && port.isOnline()) port.typing({ conversationId: id, on }).catch(() => undefined)
  }
  const stopTyping = (): void => {
    cancelStop?.()
    cancelStop = null
    if (toldTypingAt === null) return
    toldTypingAt = null
    sayTyping(false)
  }

  const stopOnline = port.onOnline(() => {
    sent = { delivered: 0, read: 0 }
    cancelMark ??= clock.after(MARK_MS, tell)
  })

  return {
    delivered: (seq: number): void => want('delivered', seq),
    read: (seq: number): void => want('read', seq),
    stopTyping,
    typed(): void {
      cancelStop?.()
      cancelStop = clock.after(TYPING_STOPS_MS, stopTyping)
      if (toldTypingAt !== null && clock.now() - toldTypingAt < TYPING_AGAIN_MS) return
      toldTypingAt = clock.now()
      sayTyping(true)
    },
    onTyping(handler: (typing: boolean) => void): () => void {
      const stop = port.onTyping((push) => {
        if (push.conversationId !== conversationId() || push.side === audience) return
        cancelTtl?.()
        cancelTtl = push.on ? clock.after(TYPING_TTL_MS, () => handler(false)) : null
        handler(push.on)
      })
      return () => {
        stop()
        cancelTtl?.()
      }
    },
    close(): void {
      stopOnline()
      stopTyping()
      cancelMark?.()
    },
  }
}
