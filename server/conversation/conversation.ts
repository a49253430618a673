/**
 * The conversation as a fold over its log. `evolve` is total: it accepts any subset of the events (a visitor's
 * stream lacks the staff's) and any unknown type. The server stores its result as the current-state row; browsers
 * fold the same function to draw what a person sees.
 */
import { type CallEvent, type CallPayloads, type CallState, evolveCall, type Side } from '../call/call.ts'
import { evolveTask, type Task, type WaitingPayloads } from '../waiting/waiting.ts'
import { type WrapUpPayloads, wrapUpTypes } from '../wrap-up/wrap-up.ts'

export type {
  CallEndReason,
  CallMedia,
  CallState,
  Consent,
  Hold,
  SeatId,
  SeatKind,
  Seats,
  SeatState,
  Side,
  Source,
} from '../call/call.ts'

/** Who did it. Visitors are never named by id to other visitors; an agent's public name is part of the event. */
export type Actor =
  | { kind: 'visitor' }
  | { kind: 'agent'; id: string; name: string }
  /** Somebody from outside whom staff asked into a call. */
  | { kind: 'guest'; name: string }
  | { kind: 'system' }

export type AttachmentInfo = {
  id: string
  name: string
  /** MIME type found by content, never the one claimed. */
  type: string
  bytes: number
  /** Pixels, for images that have a preview. */
  width?: number
  height?: number
}

/** What each type of event carries. Only optional fields may ever be added; anything else is a new type. */
export type EventPayloads = CallPayloads &
  WaitingPayloads &
  WrapUpPayloads & {
    started: {
      page?: { url: string; title: string; referrer?: string | undefined }
      locale: string
      previous?: string
    }
    /** `queueId`: where it enters; absent where it comes back to. Null is everybody's queue. */
    queued: {
      reason: 'new' | 'reopened' | 'agentGone' | 'handedOver' | 'unanswered' | 'transferred'
      queueId?: string | null
      /** Where it comes back to its place: since when it has waited. */
      since?: number
    }
    /** The actor wants somebody else to go on with it; and it comes back, since that did not come about. `queueId`: the queue that it was in. */
    transferred: { to: TransferTarget; note: string; queueId?: string | null }
    transferReturned: { why: TransferReturn; name: string }
    offered: { offerId: string; agentId: string; name: string; deadline: number }
    offerMissed: { offerId: string; agentId: string; name: string }
    /** `declined`: by the agent, who is then not offered it again of itself. */
    offerWithdrawn: { offerId: string; agentId: string; declined?: boolean }
    /**
     * `queueId`: whose it is from now on, where that is another queue. `after`: who went out of the running call by it, in which the
     * visitor knew the next one already.
     */
    assigned: { agentId: string; name: string; queueId?: string | null; after?: string }
    /** `hidden`: some of the words are kept apart, for those who may see them. */
    message: { text: string; attachments?: AttachmentInfo[]; hidden?: true }
    /** `mentions`: colleagues named in it. */
    note: { text: string; mentions?: string[]; hidden?: true }
    pageViewed: { url: string; title: string }
    /** `unsaid`: the visitor has said nothing since it began, and a spoken message did not come about. */
    ended: { by: Side | 'system'; reason?: string }
    reopened: { by: Side }
  }

export type EventType = keyof EventPayloads
export type EventBody = { [T in EventType]: { type: T; v: 1; payload: EventPayloads[T] } }[EventType]

/** One row of the log as staff see it. `at` is the server's clock in ms since 1970. */
export type ConversationEvent = EventBody & {
  seq: number
  /** Null: the visitor never sees it. */
  visitorSeq: number | null
  at: number
  actor: Actor
  /** The name that the sender's client gave the message; unique in the conversation for its sender. */
  clientId?: string
}

/** Something said to be answered, in writing or by a question for a call. */
export const isVisitorsWord = ({ type, actor }: { type: EventType; actor: Actor }): boolean =>
  actor.kind === 'visitor' && (type === 'message' || type === 'callAsked')

const staffOnly: ReadonlySet<EventType> = new Set([
  'note',
  'offered',
  'offerMissed',
  'offerWithdrawn',
  'pageViewed',
  'transferred',
  'transferReturned',
  'invited',
  'invitationGone',
  'pauseReminded',
  ...wrapUpTypes,
])

/** Whether those from outside learn of it. `call`: as staff know it before the event. */
export function visibleToVisitor(event: EventBody, call: CallState | null): boolean {
  if (staffOnly.has(event.type)) return false
  if (event.type === 'seatJoined') return !event.payload.aside
  return !('seat' in event.payload && call?.seats[event.payload.seat]?.aside)
}

/** Whom a transfer is meant for. A null queue is everybody's. */
export type TransferTarget =
  | { kind: 'agent'; id: string; name: string }
  | { kind: 'queue'; id: string | null; name: string }
export type TransferReturn = 'declined' | 'missed' | 'withdrawn' | 'undone' | 'nobody'
/** On its way from one agent to another. `back`: why it is coming back to the first. */
export type Transfer = {
  /** Whose it was; null: nobody's, it waited. */
  from: { id: string; name: string } | null
  /** Name of the one who sent it on: its agent, or a supervisor. `byId`: who may take it back. */
  by: string
  byId?: string
  to: TransferTarget
  note: string
  /** Where it was before. */
  queueId?: string | null
  back?: TransferReturn
}

export type Phase =
  /** `avoid`: the agent who gave it back; not offered to them again of itself. */
  | { name: 'queued'; since: number; avoid?: string }
  | { name: 'offered'; since: number; offerId: string; agentId: string; deadline: number }
  | { name: 'active'; agentId: string; agentName: string }
  /** `unsaid`: to the visitor it is as if it had not begun. */
  | { name: 'ended'; at: number; by: Side | 'system'; unsaid?: true }

export type ConversationState = {
  seq: number
  lastAt: number
  startedAt: number
  locale: string
  page: { url: string; title: string } | null
  phase: Phase
  /** The queue that it entered last; null is everybody's. */
  queueId: string | null
  /** The agent of last time, preferred when the visitor writes again. */
  lastAgent: { id: string; name: string } | null
  transfer?: Transfer
  call: CallState | null
  /** Since when the visitor's last message has had no answer, ms; null when answered. */
  unansweredSince: number | null
  messages: number
  /** `by`: in what was folded earlier, only the side. */
  lastText: { text: string; by: Actor | Side } | null
  /** What is to be done for a visitor who does not wait before it; null: they do, or are answered. */
  task: Task | null
  /** Colleagues who were named in notes: they see it too. */
  named?: string[]
  /** Who had it and still has to write down what came of it. */
  finishing?: string[]
}

export const emptyState: ConversationState = {
  seq: 0,
  lastAt: 0,
  startedAt: 0,
  locale: 'en',
  page: null,
  phase: { name: 'queued', since: 0 },
  queueId: null,
  lastAgent: null,
  call: null,
  unansweredSince: null,
  messages: 0,
  lastText: null,
  task: null,
}

type Meta = { seq: number; at: number; actor: Actor }

/** Next state after one event. `meta.seq` is the audience's own number (seq for staff, visitorSeq for visitors). */
export function evolve(state: ConversationState, event: EventBody, meta: Meta): ConversationState {
  const task = evolveTask(state.task, event, meta.at)
  const base = { ...state, task, seq: meta.seq, lastAt: Math.max(state.lastAt, meta.at) }
  const changed = evolveTalk(base, event, meta)
  if (changed) return changed
  const by = meta.actor.kind === 'agent' ? meta.actor.name : ''
  const call =
    'callId' in event.payload ? evolveCall(base.call, event as CallEvent, { at: meta.at, by }) : undefined
  return call === undefined ? base : { ...base, call }
}

const givenBack: ReadonlySet<string> = new Set(['handedOver', 'transferred'])

function evolveTalk(s: ConversationState, e: EventBody, { at, actor }: Meta): ConversationState | null {
  switch (e.type) {
    case 'started':
      return { ...s, startedAt: at, locale: e.payload.locale, page: e.payload.page ?? null }
    case 'queued': {
      const avoid = givenBack.has(e.payload.reason) && actor.kind === 'agent' ? { avoid: actor.id } : {}
      const { queueId = s.queueId, since = at } = e.payload
      return { ...s, queueId, phase: { name: 'queued', since, ...avoid } }
    }
    case 'taskDropped':
      return s.phase.name === 'queued' ? { ...s, phase: { ...s.phase, since: e.payload.since } } : s
    case 'offered': {
      const { offerId, agentId, deadline } = e.payload
      const since = s.phase.name === 'queued' ? s.phase.since : at
      return { ...s, phase: { name: 'offered', since, offerId, agentId, deadline } }
    }
    case 'offerMissed':
    case 'offerWithdrawn': {
      if (s.phase.name !== 'offered') return s
      const declined = e.type === 'offerWithdrawn' && e.payload.declined
      const avoid = declined ? { avoid: e.payload.agentId } : {}
      return { ...s, phase: { name: 'queued', since: s.phase.since, ...avoid } }
    }
    case 'assigned': {
      const { agentId, name, queueId = s.queueId } = e.payload
      const phase: Phase = { name: 'active', agentId, agentName: name }
      return { ...settled(s), phase, queueId, lastAgent: { id: agentId, name } }
    }
    case 'transferred':
      return { ...s, transfer: { from: holderOf(s.phase), by: nameOf(actor), ...idOf(actor), ...e.payload } }
    case 'transferReturned':
      return s.transfer ? { ...s, transfer: { ...s.transfer, back: e.payload.why } } : null
    case 'message': {
      // A guest's word is no answer to the visitor.
      const waits = s.unansweredSince ?? (actor.kind === 'visitor' ? at : null)
      const unansweredSince = actor.kind === 'agent' ? null : waits
      const text = e.payload.text || (e.payload.attachments?.[0]?.name ?? '')
      const lastText = { text: beginningOf(text), by: actor }
      return { ...s, messages: s.messages + 1, unansweredSince, lastText }
    }
    case 'note': {
      const { mentions = [] } = e.payload
      return mentions[0] ? { ...s, named: [...new Set([...(s.named ?? []), ...mentions])] } : s
    }
    case 'wrapUpStarted':
      return { ...s, finishing: [...othersThan(s, e.payload.agentId), e.payload.agentId] }
    case 'wrapUpEnded':
      return { ...s, finishing: othersThan(s, e.payload.agentId) }
    case 'pageViewed':
      return { ...s, page: { url: e.payload.url, title: e.payload.title } }
    case 'ended':
      return {
        ...settled(s),
        phase: {
          name: 'ended',
          at,
          by: e.payload.by,
          ...(e.payload.reason === 'unsaid' ? { unsaid: true } : {}),
        },
        unansweredSince: null,
      }
    default:
      return null
  }
}

/** A character of two units is not cut in half: PostgreSQL takes no halves. */
const beginningOf = (text: string): string => text.slice(0, 200).replace(/\p{Cs}/gu, '')
const settled = ({ transfer: _done, ...others }: ConversationState): ConversationState => others
const othersThan = ({ finishing = [] }: ConversationState, personId: string): string[] =>
  finishing.filter((one) => one !== personId)
const nameOf = (actor: Actor): string => ('name' in actor ? actor.name : '')
const idOf = (actor: Actor) => (actor.kind === 'agent' ? { byId: actor.id } : {})
const holderOf = (phase: Phase) =>
  phase.name === 'active' ? { id: phase.agentId, name: phase.agentName } : null
