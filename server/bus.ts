import { EventEmitter } from 'node:events'
import type { ConversationEvent, ConversationState, SeatId } from './conversation/conversation.ts'
import type { Locked } from './conversation/conversation.store.ts'
import type { ConfigurationKind } from './contract/configuration.ts'
import type { InvitationEnd } from './call/call.ts'
import type { InvitationCard, Mention, Offer, Standing, WrapUp } from './contract/desk.ts'
import type { WrapUpEnd } from './wrap-up/wrap-up.ts'

/** What has just been committed, for whoever must tell browsers or look at the queue. Never the cause of a write. */
export type Announcements = {
  appended: {
    conversationId: string
    siteId: string
    visitorId: string
    events: ConversationEvent[]
    before: ConversationState
    after: ConversationState
    /** All that is known of it after this, as the transaction left it. */
    left: Locked
  }
  marks: { conversationId: string; visitorId: string }
  offered: { personId: string; offer: Offer }
  offerGone: { personId: string; offerId: string; why: 'accepted' | 'missed' | 'withdrawn' | 'declined' }
  status: { personId: string } & Standing
  /** Some of the staff are here who were not. */
  staffCame: Record<string, never>
  /** What the person may do is something else now. */
  roleChanged: { personId: string }
  wrapUp: { personId: string; wrapUp: WrapUp }
  /** A review that somebody wrote of this person's work is theirs to read from now on. */
  reviewed: { personId: string; reviewId: string; scorecard: string }
  /** Somebody asks to hear a conversation; those who can decide about it. */
  replayAsked: { requestId: string; by: string; deciders: string[] }
  /** And what came of it. `by`: who decided. */
  replayDecided: {
    requestId: string
    personId: string
    conversationId: string
    by: string
    granted: boolean
  }
  mentioned: { personId: string; mention: Mention }
  mentionsSeen: { personId: string; conversationId: string }
  wrapUpGone: { personId: string; conversationId: string; how: WrapUpEnd }
  /** The wanted state of a call's media has changed. */
  callChanged: { callId: string }
  /** Nothing is stored of them any more. */
  visitorErased: { visitorId: string }
  /** Somebody wants what waits to be stored to be tried now. */
  backlogRetried: { kind: 'sealing' | 'files' | 'shipping' }
  /** Items of these kinds were changed or removed. */
  configured: { kinds: ConfigurationKind[] }
  /** Somebody else took the seat. */
  seatTaken: { callId: string; holder: string; why?: 'ended' }
  /** Whoever held another seat sits in this one now; their browser does not know yet. */
  seatMoved: { callId: string; seat: SeatId }
  /** A colleague is asked into a call, or no longer. */
  invited: { personId: string; card: InvitationCard }
  /** It is their turn to be called back, and no page of theirs is open. `page`: the last they were seen on; `ttlMs`: news so long. */
  turnCame: { conversationId: string; visitorId: string; siteId: string; page: string | null; ttlMs: number }
  invitationGone: { personId: string; invitationId: string; why: InvitationEnd }
}

/** Of what another server over the same database has committed. */
export const passedNames = [
  ...(['appended', 'offerGone', 'invitationGone', 'mentionsSeen', 'configured', 'replayDecided'] as const),
  'backlogRetried',
] as const
export type PassedName = (typeof passedNames)[number]
export type Passed = {
  [N in PassedName]: N extends 'appended' ? Omit<Announcements['appended'], 'left'> : Announcements[N]
}

export type Bus = {
  emit<N extends keyof Announcements>(name: N, payload: Announcements[N]): void
  /** What was committed here. Browsers of other servers are told by the hub, from here. */
  on<N extends keyof Announcements>(name: N, listener: (payload: Announcements[N]) => void): () => void
  /** What was committed anywhere, for who looks after what only this server has: its own sockets, its own memory. */
  everywhere<N extends PassedName>(name: N, listener: (payload: Passed[N]) => void): () => void
  /** Another server has committed it. */
  pass<N extends PassedName>(name: N, payload: Passed[N]): void
}

export function createBus(): Bus {
  const [emitter, others] = [new EventEmitter(), new EventEmitter()]
  emitter.setMaxListeners(50)
  return {
    emit: (name, payload) => {
      emitter.emit(name, payload)
    },
    on: (name, listener) => {
      emitter.on(name, listener)
      return () => emitter.off(name, listener)
    },
    everywhere: (name, listener) => {
      emitter.on(name, listener)
      others.on(name, listener)
      return () => {
        emitter.off(name, listener)
        others.off(name, listener)
      }
    },
    pass: (name, payload) => {
      others.emit(name, payload)
    },
  }
}
