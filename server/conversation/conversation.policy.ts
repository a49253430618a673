/** Who may do what with a conversation, and what follows. Pure. */
import { AppError } from '../contract/errors.ts'
import type { Caller, Member, StaffCaller } from '../caller/caller.ts'
import { may } from '../permission/permission.ts'
import type { Actor, ConversationState, Side } from './conversation.ts'

export const sideOf = (caller: Caller): Side => (caller.kind === 'visitor' ? 'visitor' : 'agent')

export function actorOf(caller: Member): Actor {
  if (caller.kind === 'visitor') return { kind: 'visitor' }
  const { name } = caller
  return caller.kind === 'guest' ? { kind: 'guest', name } : { kind: 'agent', id: caller.personId, name }
}

export const isMine = (state: ConversationState, caller: StaffCaller): boolean =>
  state.phase.name === 'active' && state.phase.agentId === caller.personId

/** Some see every conversation: `needsAccess` says where that is bounded by who may hear what. */
export const maySee = (state: ConversationState, caller: StaffCaller): boolean =>
  may(caller.role, 'seeAll') || concernsThem(state, caller)

/** Whether whoever sees all sees this one by rules of access alone: it is none of theirs, and over, or not theirs to supervise. */
export function needsAccess(state: ConversationState, caller: StaffCaller): boolean {
  const supervised = state.phase.name !== 'ended' && may(caller.role, 'supervise')
  return may(caller.role, 'seeAll') && !supervised && !concernsThem(state, caller)
}

/** Agents see what is before them, what was theirs, and where a colleague has named them. */
export const concernsThem = (state: ConversationState, caller: StaffCaller): boolean =>
  isBeforeThem(state, caller) ||
  (state.named ?? []).includes(caller.personId) ||
  state.lastAgent?.id === caller.personId

/** It waits in their queues or is offered to them, is theirs, they are in its call, or still have to write down what came of it. */
export function isBeforeThem(state: ConversationState, caller: StaffCaller): boolean {
  const { phase, queueId } = state
  const waits = phase.name === 'queued' || phase.name === 'offered'
  if (waits && (queueId === null || caller.queues.includes(queueId))) return true
  if (phase.name === 'offered' && phase.agentId === caller.personId) return true
  if ((state.finishing ?? []).includes(caller.personId)) return true
  return isMine(state, caller) || concerns(state, caller)
}

/** Who sits in the running call, or is asked into it. */
function concerns({ call }: ConversationState, { personId }: StaffCaller): boolean {
  if (!call) return false
  return [...Object.values(call.seats), ...(call.invited ?? [])].some((one) => one.personId === personId)
}

/** Who takes part in the running call before the visitor's eyes may write, too. */
export function assertSpeaks(state: ConversationState, owner: { visitorId: string }, caller: Caller): void {
  const seats = state.call?.phase === 'connected' ? Object.values(state.call.seats) : []
  const sits = seats.some(
    ({ personId, aside }) => caller.kind === 'staff' && personId === caller.personId && !aside,
  )
  if (!sits) assertTakesPart(state, owner, caller)
}

/** As `maySee`, of visitors, too: theirs. */
export const sees = (state: ConversationState, owner: { visitorId: string }, caller: Caller): boolean =>
  caller.kind === 'visitor' ? owner.visitorId === caller.visitorId : maySee(state, caller)

/** Speaking and acting in a conversation is for its visitor and its present agent. Whether the caller sees it is asked before. */
export function assertTakesPart(
  state: ConversationState,
  owner: { visitorId: string },
  caller: Caller,
): void {
  if (!sees(state, owner, caller)) throw new AppError('notFound', 'Not found')
  if (caller.kind === 'visitor') return
  if (state.phase.name === 'ended') throw new AppError('conflict', 'The conversation has ended')
  if (!isMine(state, caller)) throw new AppError('notAllowed', 'The conversation is not yours')
}

export type MessageFate = 'append' | 'reopen' | 'startAnew'

/** What a visitor's message does to the conversation that it is meant for. */
export function fateOfMessage(state: ConversationState, now: number, reopenMs: number): MessageFate {
  if (state.phase.name !== 'ended') return 'append'
  return now - state.phase.at <= reopenMs ? 'reopen' : 'startAnew'
}
