/** What a thread needs of the server, alike for visitors and agents. Tests bring a small server of their own. */
import type { Marks, WireEvent } from '../../server/contract/events.ts'
import type { Resumed } from '../../server/contract/requests.ts'
import type { Side } from '../../server/conversation/conversation.ts'
import type { Wire } from '../wire/wire.ts'

export type Outgoing = {
  kind: 'message' | 'note'
  conversationId: string | null
  clientId: string
  text: string
  attachments: string[]
}

export type ThreadPort = {
  resume(input: { conversationId?: string | undefined; after?: number | undefined }): Promise<Resumed>
  history(input: { conversationId: string; before: number }): Promise<{ events: WireEvent[]; more: boolean }>
  send(message: Outgoing): Promise<{ conversationId: string; seq: number }>
  mark(input: { conversationId: string; delivered?: number; read?: number }): Promise<unknown>
  typing(input: { conversationId: string; on: boolean }): Promise<unknown>
  onEvents(handler: (push: { conversationId: string; events: WireEvent[] }) => void): () => void
  onMarks(handler: (push: { conversationId: string; marks: Marks }) => void): () => void
  onTyping(handler: (push: { conversationId: string; side: Side; on: boolean }) => void): () => void
  onOnline(handler: () => void): () => void
  isOnline(): boolean
}

function shared(wire: Wire<'visitor'> | Wire<'desk'>) {
  // Both namespaces share these; the union of the two generics is narrower than either.
  const one = wire as Wire<'visitor'>
  return {
    history: (input) => one.request('history', input),
    mark: (input) => one.request('mark', input),
    typing: (input) => one.request('typing', input),
    onEvents: (handler) => one.on('events', handler),
    onMarks: (handler) => one.on('marks', handler),
    onTyping: (handler) => one.on('typing', handler),
    onOnline: (handler) => one.onOnline(handler),
    isOnline: () => one.$status.get() === 'online',
  } satisfies Partial<ThreadPort>
}

export function visitorPort(
  wire: Wire<'visitor'>,
  page?: () => { url: string; title: string } | undefined,
): ThreadPort {
  return {
    ...shared(wire),
    resume: (input) => wire.request('resume', input),
    send: ({ kind: _kind, ...message }) => wire.request('message.send', { ...message, page: page?.() }),
  }
}

/** `mentionedIn`: the colleagues whom a note's text names. */
export function deskPort(wire: Wire<'desk'>, mentionedIn: (text: string) => string[] = () => []): ThreadPort {
  return {
    ...shared(wire),
    resume: ({ conversationId = '', after }) => wire.request('resume', { conversationId, after }),
    send: ({ kind, conversationId, clientId, text, attachments }) => {
      const named = { conversationId: conversationId ?? '', clientId, text }
      return kind === 'note'
        ? wire.request('note.add', { ...named, mentions: mentionedIn(text) })
        : wire.request('message.send', { ...named, attachments })
    },
  }
}
