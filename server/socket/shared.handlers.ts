/** Requests that both doors take in the same way. */
import { answerCall, hangUp, setMuted } from '../call/call.service.ts'
import {
  applyCall,
  connectTransport,
  consumerReady,
  leaving,
  openSeat,
  produce,
  restartIce,
  setCapabilities,
  stopSource,
} from '../call/media.service.ts'
import type { InputOf, OutputOf, VisitorRequests } from '../contract/requests.ts'
import { sideOf } from '../conversation/conversation.policy.ts'
import { history, mark, seenConversation } from '../conversation/read.service.ts'
import type { DeskContext, GuestContext, VisitorContext } from './context.ts'

type Context = VisitorContext | DeskContext
type InCall = 'beat' | 'call.hangUp' | Extract<keyof VisitorRequests, `media.${string}`>
type CallHandlers = {
  [N in InCall]: (
    context: Context | GuestContext,
    input: InputOf<VisitorRequests, N>,
  ) => Promise<OutputOf<VisitorRequests, N>>
}
type Shared =
  | 'beat'
  | 'history'
  | 'typing'
  | 'mark'
  | 'call.answer'
  | 'call.hangUp'
  | Extract<keyof VisitorRequests, `media.${string}`>
type SharedHandlers = {
  [N in Shared]: (
    context: Context,
    input: InputOf<VisitorRequests, N>,
  ) => Promise<OutputOf<VisitorRequests, N>>
}

/** For requests that answer nothing but that they are done. */
const done = async (work: Promise<unknown>): Promise<Record<string, never>> => {
  await work
  return {}
}

/** Answered with the media node's word, not ours. */
export async function enforced(
  d: Context['d'],
  callId: string,
  work: Promise<void>,
): Promise<Record<string, never>> {
  await work
  await applyCall(d, callId)
  return {}
}

/** What everybody in a call asks for, guests too. */
export const callHandlers: CallHandlers = {
  beat: async ({ d }) => ({ now: d.now() }),
  'call.hangUp': ({ d, me }, { callId }) => done(hangUp(d, me, callId)),
  'media.open': ({ d, me, tab }, input) => openSeat(d, me, tab, input),
  'media.connect': ({ d, me, tab }, input) => done(connectTransport(d, me, tab, input)),
  'media.restartIce': ({ d, me, tab }, input) => restartIce(d, me, tab, input),
  'media.capabilities': ({ d, me, tab }, input) => done(setCapabilities(d, me, tab, input)),
  'media.produce': ({ d, me, tab }, input) => produce(d, me, tab, input),
  'media.stop': ({ d, me, tab }, input) => done(stopSource(d, me, tab, input)),
  'media.mute': async ({ d, me }, input) => {
    await setMuted(d, me, input)
    // The answer is the media node's word, not ours.
    await applyCall(d, input.callId)
    return { muted: input.muted }
  },
  'media.ready': ({ d, me, tab }, input) => done(consumerReady(d, me, tab, input)),
  'media.leaving': ({ d, me, tab }, { callId }) => done(leaving(d, me, tab, callId)),
}

export const sharedHandlers: SharedHandlers = {
  ...callHandlers,
  history: ({ d, me }, input) => history(d, me, input),
  typing: ({ d, me }, input) => done(tellTyping(d, me, input)),
  mark: ({ d, me }, input) => done(mark(d, me, input)),
  'call.answer': ({ d, me }, input) => done(answerCall(d, me, input)),
}

/** Told to the other side only, never stored. */
async function tellTyping(
  d: Context['d'],
  me: Context['me'],
  input: { conversationId: string; on: boolean },
): Promise<void> {
  const row = await seenConversation(d.db, me, input.conversationId)
  const payload = { ...input, side: sideOf(me) }
  if (me.kind === 'visitor') d.hub.toReaders(row.id, 'typing', payload)
  else if (row.staff.phase.name === 'active' && row.staff.phase.agentId === me.personId) {
    d.hub.toVisitor(row.visitorId, 'typing', payload)
  }
}
