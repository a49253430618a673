/**
 * The call inside a conversation, as a fold over the conversation's log: words and `evolveCall`. Total like `evolve`:
 * it accepts any subset of the events, since a visitor's stream lacks those of seats that they do not learn of.
 */

import { type Warning, warnings as order } from '../quality/quality.ts'
import { evolvePause, isPauseEvent, type PausePayloads, type Pauses } from '../pause/pause.ts'

export type Side = 'visitor' | 'agent'
/**
 * Who sits where in a call. `visitor` and `agent` (whoever is the conversation's present agent) are always there; each
 * further seat has a short id of its own for as long as the call lasts.
 */
export type SeatId = string
export type SeatKind = 'visitor' | 'agent' | 'guest' | 'supervisor'
/** How a supervisor takes part: hears all, heard by nobody; heard by the agent alone; heard by all. */
export type SupervisorMode = 'listen' | 'whisper' | 'barge'
export type Source = 'mic' | 'cam' | 'screen'
export type CallMedia = 'voice' | 'video'

export type CallEndReason =
  | 'hungUp'
  | 'declined'
  | 'withdrawn'
  | 'missed'
  | 'noAgent'
  | 'connectionLost'
  | 'conversationEnded'
  | 'mediaUnavailable'
  /** The visitor no longer agrees to being recorded, and the site takes no calls without. */
  | 'consentWithdrawn'
  /** A spoken message that is recorded no further, or never was. */
  | 'notRecorded'

/** The sources that the visitor allowed to be recorded; empty: the call goes on unrecorded. */
export type Consent = { record: Source[] }

/** What somebody is asked into a call for: to be spoken with apart from the visitor, or to take part. */
export type Purpose = 'consult' | 'join' | 'guest'

/** Whoever of it is free is asked. A null id is everybody's, without a name. */
type AskedQueue = { id: string | null; name: string }
type Asked = { purpose: Purpose; personId: string | null; name: string; queue?: AskedQueue }

type InCall = { callId: string }
type AtSeat = InCall & { seat: SeatId }

/** What each event of a call carries. Only optional fields may ever be added; anything else is a new type. */
export type CallPayloads = PausePayloads & {
  /** `voicemail`: nobody is to answer; what the visitor says is kept. */
  callAsked: InCall & { media: CallMedia; by: Side; consent?: Consent; voicemail?: true }
  /** `captions`: what is said is shown as text while it is recorded. */
  callConnected: InCall & { captions?: true }
  /**
   * Staff only: somebody is asked to take part, and what became of it. `personId` is null for a guest's link, and while a
   * queue is asked of which nobody rings yet; said again when it rings for somebody.
   */
  invited: InCall & Asked & { invitationId: string }
  /** `queue`: a queue was asked and rang for nobody. */
  invitationGone: InCall & { invitationId: string; name: string; why: InvitationEnd; queue?: AskedQueue }
  /**
   * Somebody beyond visitor and agent takes part from now on, or no longer; said again of a seat that is there: it
   * begins anew so. `aside`: those from outside do not learn of it. `recorded`: what is said apart with it is, where the call is.
   */
  seatJoined: AtSeat & {
    kind: SeatKind
    name: string
    personId?: string
    aside?: true
    mode?: SupervisorMode
    recorded?: true
  }
  /** `movesUp`: they have the agent's seat from now on, and talk on. */
  seatLeft: AtSeat & { kind: SeatKind; name: string; movesUp?: true }
  /** A seat's camera, screen or microphone now on its way, or no longer. */
  mediaRaised: AtSeat & { source: Source }
  mediaLowered: AtSeat & { source: Source }
  muted: AtSeat
  unmuted: AtSeat
  /** These hear nobody and are heard by nobody, by the actor's wish; `since` is when that began. */
  held: InCall & { seats: SeatId[] }
  resumed: InCall & { seats: SeatId[]; since: number }
  consentGiven: InCall & { consent: Consent }
  /** The visitor agrees to nothing any more. */
  consentWithdrawn: InCall
  /** Or it is whole again. `partly`: some track cannot be written still. */
  recordingStarted: InCall & { partly?: true }
  /** `notWritten`: some track could not be written; the others go on. */
  recordingStopped: InCall & { reason: string }
  /** The seat's connection is gone and expected back (page change, network, crash). */
  sideLeft: AtSeat & { why: 'pageChange' | 'connectionLost' }
  sideReturned: AtSeat
  /** The seat's connection is worse than it should be, by the measurement named; and is not any more. */
  qualityRaised: AtSeat & { warning: Warning; loss: number; rttMs: number; jitterMs: number; mos: number }
  qualityCleared: AtSeat & { warning: Warning }
  /** The media moved to another worker or node; the call went on. */
  mediaMoved: InCall & { epoch: number; why: string }
  callEnded: InCall & {
    reason: CallEndReason
    by: Side | 'system'
    durationMs: number
    recorded: boolean
  }
}
export type InvitationEnd = 'accepted' | 'declined' | 'missed' | 'withdrawn'

/** By whom a seat was put on hold, and when. */
export type Hold = { since: number; by: string }
export type SeatState = {
  kind: SeatKind
  /** Null: the visitor and the agent, whose names belong to the conversation. */
  name: string | null
  sources: Source[]
  muted: boolean
  present: boolean
  held: Hold | null
  /** What is wrong with their connection now. */
  warnings?: Warning[]
  /** Whose further seat it is, when it is staff's. */
  personId?: string
  /** Those from outside do not learn of it. */
  aside?: true
  mode?: SupervisorMode
  /** While the call is recorded, so is what is said apart from the visitor with them. */
  recorded?: true
}
export type Seats = { visitor: SeatState; agent: SeatState } & Record<SeatId, SeatState>

export type Invited = Asked & { id: string }

export type CallState = {
  id: string
  media: CallMedia
  by: Side
  askedAt: number
  consent: Consent | null
  voicemail?: true
  seats: Seats
  /** Who has been asked in and has not answered. */
  invited?: Invited[]
} & Pauses &
  (
    | { phase: 'asking' }
    | {
        phase: 'connected'
        since: number
        recording: boolean
        /** Something of it is recorded, whatever came after. */
        kept?: true
        /** Nothing can be written though it should, or not every track. */
        unwritten?: true | 'notWritten'
        captions?: true | undefined
      }
  )

const newSeat = (kind: SeatKind, name: string | null = null): SeatState => ({
  ...{ kind, name, sources: [], muted: false, present: true, held: null },
})

export type CallEvent = {
  [T in keyof CallPayloads]: { type: T; payload: CallPayloads[T] }
}[keyof CallPayloads]
/** `by`: the name of the agent who did it; empty when it was none. */
type Meta = { at: number; by: string }

/** Next state of the conversation's call; `undefined`: the event changes nothing of it. */
export function evolveCall(call: CallState | null, e: CallEvent, meta: Meta): CallState | null | undefined {
  if (e.type === 'callAsked') {
    const { callId, media, by, consent, voicemail } = e.payload
    const seats = { visitor: newSeat('visitor'), agent: newSeat('agent') }
    return {
      ...{ id: callId, media, by, seats, askedAt: meta.at, consent: consent ?? null, phase: 'asking' },
      ...(voicemail ? { voicemail } : {}),
    }
  }
  if (!call || e.payload.callId !== call.id) return undefined
  if (e.type === 'callEnded') return null
  if (isPauseEvent(e)) return evolvePause(call, e, meta) ?? undefined
  return evolveRunning(call, e, meta.at) ?? evolveSeats(call, e, meta) ?? undefined
}

function evolveRunning(call: CallState, e: CallEvent, at: number): CallState | null {
  const invited = call.invited ?? []
  switch (e.type) {
    case 'callConnected':
      return { ...call, phase: 'connected', since: at, recording: false, captions: e.payload.captions }
    case 'consentGiven':
      return { ...call, consent: e.payload.consent }
    case 'consentWithdrawn':
      return { ...call, consent: { record: [] } }
    case 'recordingStarted':
    case 'recordingStopped':
      return call.phase === 'connected' ? evolveRecording(call, e) : null
    case 'invited': {
      const { invitationId: id, purpose, personId, name, queue } = e.payload
      const others = invited.filter((one) => one.id !== id)
      const asked = { id, purpose, personId, name, ...(queue ? { queue } : {}) }
      return { ...call, invited: [...others, asked] }
    }
    case 'invitationGone':
      return { ...call, invited: invited.filter(({ id }) => id !== e.payload.invitationId) }
    default:
      return null
  }
}

type Connected = Extract<CallState, { phase: 'connected' }>

function evolveRecording(
  { unwritten: before, ...call }: Connected,
  e: Extract<CallEvent, { type: 'recordingStarted' | 'recordingStopped' }>,
): CallState {
  const partly = { unwritten: 'notWritten' as const }
  if (e.type === 'recordingStarted')
    return { ...call, recording: true, kept: true, ...(e.payload.partly && before ? partly : {}) }
  const { reason } = e.payload
  // Of a spoken message without one of its tracks nobody knows what is missing: it goes on no more than without all.
  if (reason === 'notWritten') return { ...call, ...partly, recording: call.recording && !call.voicemail }
  return { ...call, recording: false, ...(reason === 'diskFull' ? { unwritten: true } : {}) }
}

function evolveSeats(call: CallState, e: CallEvent, { at, by }: Meta): CallState | null {
  const change = (id: SeatId, to: (seat: SeatState) => Partial<SeatState>): CallState => {
    const seat = call.seats[id]
    return seat ? { ...call, seats: { ...call.seats, [id]: { ...seat, ...to(seat) } } } : call
  }
  switch (e.type) {
    case 'seatJoined': {
      const { seat, kind, name, personId, aside, mode, recorded } = e.payload
      const more = {
        ...(personId ? { personId } : {}),
        ...(aside ? { aside } : {}),
        ...(mode ? { mode } : {}),
        ...(recorded ? { recorded } : {}),
      }
      return { ...call, seats: { ...call.seats, [seat]: { ...newSeat(kind, name), ...more } } }
    }
    case 'seatLeft': {
      const { [e.payload.seat]: _gone, ...others } = call.seats
      const { visitor, agent } = call.seats
      return { ...call, seats: { ...others, visitor, agent } }
    }
    case 'mediaRaised':
    case 'mediaLowered': {
      const { seat, source } = e.payload
      const raised = e.type === 'mediaRaised' ? [source] : []
      return change(seat, ({ sources }) => ({
        sources: [...sources.filter((one) => one !== source), ...raised],
      }))
    }
    case 'muted':
    case 'unmuted':
      return change(e.payload.seat, () => ({ muted: e.type === 'muted' }))
    case 'held':
    case 'resumed': {
      const held = e.type === 'held' ? { since: at, by } : null
      return e.payload.seats.reduce<CallState>((now, id) => {
        const seat = now.seats[id]
        return seat ? { ...now, seats: { ...now.seats, [id]: { ...seat, held } } } : now
      }, call)
    }
    case 'qualityRaised':
    case 'qualityCleared': {
      const { seat, warning } = e.payload
      const raised = e.type === 'qualityRaised' ? [warning] : []
      return change(seat, ({ warnings = [] }) => ({
        warnings: order.filter((one) => (one === warning ? raised.length > 0 : warnings.includes(one))),
      }))
    }
    case 'sideLeft':
    case 'sideReturned':
      return change(e.payload.seat, () => ({ present: e.type === 'sideReturned' }))
    default:
      return null
  }
}
