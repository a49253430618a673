/** The replies at hand, as the server has them; loaded at each connection and when the list of one's own is opened. */
import { atom, type ReadableAtom } from 'nanostores'
import type { Reply, ReplyBody } from '../../../server/contract/reply.ts'
import type { Wire } from '../../wire/wire.ts'
import type { Session } from '../session/desk-session.ts'

export type Replies = {
  $replies: ReadableAtom<readonly Reply[]>
  /** Reject with `RequestError`. */
  load(): Promise<void>
  save(id: string, body: ReplyBody): Promise<void>
  remove(id: string): Promise<void>
  close(): void
}

export function createReplies(session: Session, wire: Wire<'desk'>): Replies {
  const $replies = atom<readonly Reply[]>([])
  const load = async (): Promise<void> => {
    const answer = await session.fetch('/api/desk/replies')
    $replies.set(((await answer.json()) as { replies: Reply[] }).replies)
  }
  const change = async (id: string, init: RequestInit): Promise<void> => {
    await session.fetch(`/api/desk/replies/${id}`, init)
    await load()
  }
  // Not reached now: the next connection loads them.
  const stop = wire.onOnline(() => void load().catch(() => undefined))
  return {
    ...{ $replies, load, close: stop },
    save: (id, body) =>
      change(id, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    remove: (id) => change(id, { method: 'DELETE' }),
  }
}
