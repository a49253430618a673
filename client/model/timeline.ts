/** From the log's events to what a thread shows. Pure: the widget, the desk and the replay (folded up to t) share it. */
import type { Marks, WireEvent } from '../../server/contract/events.ts'
import type { Actor, SeatId, Side } from '../../server/conversation/conversation.ts'
import type { PendingMessage } from './outbox.ts'
import type { Bubble, CallItem, Delivery, SystemLine, TimelineItem } from './timeline-item.ts'

export type TimelineInput = {
  events: readonly WireEvent[]
  pending?: readonly PendingMessage[]
  marks?: Marks
  audience: Side
  /** Everything after this number gets the "New" line before it; null: no such line. */
  unreadAfter?: number | null
  /** Names the day of a time, in the reader's zone; two times of one day give the same. */
  dayOf?: (at: number) => string
  /** The staff's pages tell more, and some things otherwise. */
  work?: (event: WireEvent) => SystemLine | null
}

const GROUP_MS = 60_000

/** What is known while the events are gone through, oldest first. */
type Build = {
  input: TimelineInput
  items: TimelineItem[]
  calls: Map<string, CallItem>
  /** Who sits in the further seats of calls. */
  names: Map<SeatId, string>
  /** Messages that the log holds already, by their senders' names. */
  seen: Set<string>
  day: string
  unread: boolean
  agent: string | null
}

export function toTimeline(input: TimelineInput): TimelineItem[] {
  const build: Build = {
    input,
    items: [],
    calls: new Map(),
    names: new Map(),
    seen: new Set(),
    day: '',
    unread: false,
    agent: null,
  }
  for (const event of input.events) addEvent(build, event)
  for (const message of input.pending ?? []) addPending(build, message)
  return build.items
}

function addEvent(build: Build, event: WireEvent): void {
  if (event.clientId) build.seen.add(event.clientId)
  if (event.type === 'assigned') build.agent = event.payload.name
  switch (event.type) {
    case 'message':
      return addMessage(build, event)
    case 'note':
      return addNote(build, event)
    case 'callAsked':
      return addCall(build, event)
    case 'callConnected':
    case 'callEnded':
      return changeCall(build, event)
    default: {
      markRecording(build, event)
      markHold(build, event)
      if (event.type === 'seatJoined') build.names.set(event.payload.seat, event.payload.name)
      const line = isOfMessage(build, event)
        ? null
        : (build.input.work?.(event) ?? lineOf(event, build.names))
      if (line) add(build, { kind: 'line', key: `e${event.seq}`, at: event.at, seq: event.seq, line })
    }
  }
}

function addPending(build: Build, message: PendingMessage): void {
  if (build.seen.has(message.clientId)) return
  const { clientId, at, text, attachments, status, kind } = message
  const delivery: Delivery = status === 'stored' ? 'sent' : status
  if (kind === 'note') {
    add(build, { kind, key: clientId, at, seq: null, clientId, name: '', text, delivery })
    return
  }
  const bubble: Bubble = { key: clientId, seq: null, clientId, at, text, attachments, delivery }
  addBubble(build, bubble, build.input.audience, null)
}

function addMessage(build: Build, event: WireEvent & { type: 'message' }): void {
  const side = sideOf(event.actor)
  const name = 'name' in event.actor ? event.actor.name : null
  const { seq, at, clientId = null } = event
  const { text, attachments = [] } = event.payload
  const delivery = side === build.input.audience ? deliveryOf(build.input, seq) : 'sent'
  markUnread(build, event, side)
  const bubble: Bubble = { key: clientId ?? `e${seq}`, seq, clientId, at, text, attachments, delivery }
  addBubble(build, event.payload.hidden ? { ...bubble, hidden: true } : bubble, side, name)
}

/** Joins the group before it when the same person wrote within a minute on the same day. */
function addBubble(build: Build, bubble: Bubble, side: Side, name: string | null): void {
  const { items, input } = build
  const last = items.at(-1)
  const near = last?.kind === 'bubbles' && bubble.at - last.at < GROUP_MS && last.side === side
  if (near && (name === last.name || bubble.seq === null) && dayOf(input, bubble.at) === build.day) {
    last.bubbles.push(bubble)
    return
  }
  const mine = side === input.audience
  add(build, { kind: 'bubbles', key: bubble.key, at: bubble.at, side, name, mine, bubbles: [bubble] })
}

function addNote(build: Build, event: WireEvent & { type: 'note' }): void {
  const { seq, at, clientId = null, payload } = event
  const name = event.actor.kind === 'agent' ? event.actor.name : ''
  const key = clientId ?? `e${seq}`
  const hidden = payload.hidden ? { hidden: true as const } : {}
  add(build, { kind: 'note', key, at, seq, clientId, name, text: payload.text, delivery: 'sent', ...hidden })
}

function addCall(build: Build, event: WireEvent & { type: 'callAsked' }): void {
  const { callId, media, by, voicemail = false } = event.payload
  const item: CallItem = {
    kind: 'call',
    key: `c${callId}`,
    at: event.at,
    seq: event.seq,
    callId,
    media,
    voicemail,
    by,
    mine: by === build.input.audience,
    name: event.actor.kind === 'agent' ? event.actor.name : build.agent,
    heldSince: null,
    heldMs: 0,
    status: { name: 'asking' },
  }
  build.calls.set(callId, item)
  markUnread(build, event, by)
  add(build, item)
}

function changeCall(build: Build, event: WireEvent & { type: 'callConnected' | 'callEnded' }): void {
  const item = build.calls.get(event.payload.callId)
  // Its beginning may lie on an earlier page of the history.
  if (!item) return
  item.name ??= build.agent
  if (event.type === 'callConnected') {
    item.status = { name: 'connected', since: event.at, recording: false, recordedMs: null }
    return
  }
  endHold(item, event.at)
  const { reason, by, durationMs, recorded } = event.payload
  const recordedMs = item.status.name === 'connected' ? item.status.recordedMs : null
  // Who has taken it over ends it, not who began it.
  if (by === 'agent') item.name = build.agent ?? item.name
  item.status = { name: 'ended', reason, by, durationMs, recorded, recordedMs }
}

function markRecording(build: Build, event: WireEvent): void {
  if (event.type !== 'recordingStarted' && event.type !== 'recordingStopped') return
  const item = build.calls.get(event.payload.callId)
  if (item?.status.name !== 'connected') return
  // The rest is written on.
  if (event.type === 'recordingStopped' && event.payload.reason === 'notWritten' && !item.voicemail) return
  const recording = event.type === 'recordingStarted'
  const stopped = item.status.recording && !recording
  const recordedMs = stopped ? event.at - item.status.since : item.status.recordedMs
  item.status = { ...item.status, recording, recordedMs }
}

/** Until where a spoken message is kept its card tells. */
const isOfMessage = (build: Build, event: WireEvent): boolean =>
  event.type === 'recordingStopped' && build.calls.get(event.payload.callId)?.voicemail === true

function markHold(build: Build, event: WireEvent): void {
  if (event.type !== 'held' && event.type !== 'resumed') return
  const item = build.calls.get(event.payload.callId)
  if (!item) return
  if (event.type === 'held') item.heldSince ??= event.at
  else endHold(item, event.at)
}

function endHold(item: CallItem, at: number): void {
  item.heldMs += item.heldSince === null ? 0 : at - item.heldSince
  item.heldSince = null
}

function deliveryOf({ marks, audience }: TimelineInput, seq: number): Delivery {
  const other = marks?.[audience === 'visitor' ? 'agent' : 'visitor']
  if (!other) return 'sent'
  if (seq <= other.read) return 'read'
  return seq <= other.delivered ? 'delivered' : 'sent'
}

function markUnread(build: Build, event: WireEvent, side: Side): void {
  const { unreadAfter: after = null, audience } = build.input
  if (after === null || build.unread || side === audience || event.seq <= after) return
  build.unread = true
  add(build, { kind: 'unread', key: 'unread', at: event.at })
}

function add(build: Build, item: TimelineItem): void {
  const day = dayOf(build.input, item.at)
  if (day !== build.day) {
    build.day = day
    build.items.push({ kind: 'day', key: `d${day}`, at: item.at })
  }
  build.items.push(item)
}

const dayOf = (input: TimelineInput, at: number): string => input.dayOf?.(at) ?? new Date(at).toDateString()
const sideOf = (actor: Actor): Side => (actor.kind === 'visitor' ? 'visitor' : 'agent')

/** What everybody is told of an event; null: nothing. `names`: who sits in the further seats of calls. */
export function lineOf(event: WireEvent, names: ReadonlyMap<SeatId, string>): SystemLine | null {
  const seated = (seat: SeatId) => ({ seat, name: names.get(seat) ?? null })
  switch (event.type) {
    case 'assigned': {
      const { name, after } = event.payload
      return after ? { type: 'seatLeft', name: after } : { type: 'assigned', name }
    }
    case 'mediaRaised':
    case 'mediaLowered':
      // A microphone comes and goes with the call itself; its being muted is told apart.
      if (event.payload.source === 'mic') return null
      return { type: event.type, ...seated(event.payload.seat), source: event.payload.source }
    case 'seatJoined':
      return { type: 'seatJoined', name: event.payload.name }
    case 'seatLeft':
      return event.payload.movesUp ? null : { type: 'seatLeft', name: event.payload.name }
    case 'recordingStarted':
    case 'recordingPaused':
    case 'held':
      return { type: event.type }
    case 'resumed':
      return { type: 'resumed', ms: event.at - event.payload.since }
    case 'recordingResumed': {
      const { over, since } = event.payload
      return over ? { type: 'recordingResumed', ms: event.at - since } : null
    }
    case 'recordingStopped':
      return { type: 'recordingStopped', reason: event.payload.reason }
    case 'consentWithdrawn':
      return { type: 'consentWithdrawn' }
    case 'sideLeft':
      return { type: 'sideLeft', ...seated(event.payload.seat), why: event.payload.why }
    case 'sideReturned':
      return { type: 'sideReturned', ...seated(event.payload.seat) }
    case 'ended':
      return { type: 'ended', by: event.payload.by }
    case 'reopened':
      return { type: 'reopened', by: event.payload.by }
    default:
      return null
  }
}
