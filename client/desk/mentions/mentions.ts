/** Where one was named and has not looked yet, and whom one may name. */
import { atom, type ReadableAtom } from 'nanostores'
import type { Mention } from '../../../server/contract/desk.ts'
import type { Wire } from '../../wire/wire.ts'
import type { Colleague } from './colleagues.ts'

export type Mentions = {
  /** Newest first. */
  $unseen: ReadableAtom<readonly Mention[]>
  $colleagues: ReadableAtom<readonly Colleague[]>
  /** One has the conversation before one's eyes. */
  seen(conversationId: string): void
  onNew(handler: (mention: Mention) => void): () => void
  close(): void
}

export function createMentions(wire: Wire<'desk'>): Mentions {
  const $unseen = atom<readonly Mention[]>([])
  const $colleagues = atom<readonly Colleague[]>([])
  const forget = (conversationId: string) => {
    const rest = $unseen.get().filter((one) => one.conversationId !== conversationId)
    if (rest.length < $unseen.get().length) $unseen.set(rest)
  }
  const load = async (): Promise<void> => {
    const [{ mentions }, { people }] = await Promise.all([
      wire.request('inbox', {}),
      wire.request('mention.whom', {}),
    ])
    $unseen.set(mentions)
    $colleagues.set(people)
  }
  const stops = [
    // Not connected any more: the next connection loads it anew.
    wire.onOnline(() => void load().catch(() => undefined)),
    wire.on('mentioned', (mention) => {
      $unseen.set([mention, ...$unseen.get()])
    }),
    wire.on('mentionsSeen', ({ conversationId }) => forget(conversationId)),
  ]
  return {
    ...{ $unseen, $colleagues },
    seen(conversationId) {
      if (!$unseen.get().some((one) => one.conversationId === conversationId)) return
      forget(conversationId)
      // Lost on the way, it is shown again with the next connection.
      wire.request('mention.seen', { conversationId }).catch(() => undefined)
    },
    onNew: (handler) => wire.on('mentioned', handler),
    close: () => stops.forEach((stop) => stop()),
  }
}
