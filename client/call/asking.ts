import type { CallMedia as Medium, Source } from '../../server/conversation/conversation.ts'
import { untilAnswered } from '../wire/until-answered.ts'
import type { CallWire } from '../media/wire.ts'
import type { Thread } from '../model/thread.ts'
import { failureOf } from '../wire/request-error.ts'
import type { Purpose } from './call-types.ts'

type Question = Purpose & { kind: 'ask' }

export type Asking = {
  /**
   * Says it until it is answered: the question may have arrived though its answer did not, and then it rings. Answers
   * the call's id; null when it is not wanted any more. Rejects with the server's refusal. `silent`: there is no
   * connection just now, and it goes on.
   */
  ask(question: Question, record: Source[] | null, silent: () => void): Promise<string | null>
  /** It is not wanted any more. */
  drop(): void
}

export type AskingOptions = {
  wire: CallWire
  thread: Pick<Thread, '$view' | 'adopt'>
  page?: (() => { url: string; title: string } | undefined) | undefined
  /** The page's: once it is over, what was asked stands. */
  signal: AbortSignal
  /** It was dropped, and yet rings. */
  withdraw(callId: string): void
}

/** Starts calls and spoken messages; one question at a time, the latest. */
export function createAsking({ wire, thread, page, signal: ending, withdraw }: AskingOptions): Asking {
  let latest: AbortController | null = null

  async function send({ media, voicemail }: Question, record: Source[] | null): Promise<string> {
    const { conversationId, state } = thread.$view.get()
    if (voicemail) return await speakAlone(conversationId, media, record ?? [])
    const given = record ? { consent: { record } } : {}
    // In one that has ended nobody can be asked: the call begins it anew, as a message would.
    if (conversationId && state.phase.name !== 'ended')
      return (await wire.request('call.ask', { conversationId, media, ...given })).callId
    const input = { media, consent: { record: record ?? [] }, page: page?.() }
    const started = await wire.request('call.start', input)
    thread.adopt(started.conversationId)
    return started.callId
  }

  async function speakAlone(known: string | null, media: Medium, record: Source[]): Promise<string> {
    const input = { conversationId: known, media, consent: { record }, page: page?.() }
    const { conversationId, callId } = await wire.request('voicemail.start', input)
    thread.adopt(conversationId)
    return callId
  }

  return {
    async ask(question, record, silent) {
      latest?.abort()
      const mine = new AbortController()
      latest = mine
      const { signal } = mine
      const once = async () => {
        try {
          return await send(question, record)
        } catch (error) {
          if (!signal.aborted && failureOf(error).code === 'unavailable') silent()
          throw error
        }
      }
      try {
        const callId = await untilAnswered(wire, signal, once)
        if (!signal.aborted) return callId
        // Asked anew meanwhile, it is the newer question's call.
        if (latest === null && !ending.aborted) withdraw(callId)
        return null
      } catch (error) {
        if (signal.aborted) return null
        throw error
      } finally {
        if (latest === mine) latest = null
      }
    },
    drop() {
      latest?.abort()
      latest = null
    },
  }
}
