/** What stands on the time axis, and what of the log had happened at a moment. Events are in the order of the log. */
import type { WireEvent } from '../../server/contract/events.ts'
import { lineOf } from '../model/timeline.ts'
import type { SystemLine } from '../model/timeline-item.ts'
import { workLine } from '../model/work-lines.ts'
import type { PauseWhy } from '../../server/pause/pause.ts'
import type { SeatId, Side } from '../../server/conversation/conversation.ts'
import { wrapUpTypes } from '../../server/wrap-up/wrap-up.ts'
import type { Span } from './axis.ts'

/** What the axis has words of its own for; all else is said as the thread says it. */
const own = [
  'message',
  'note',
  'callAsked',
  'callConnected',
  'callEnded',
  'muted',
  'unmuted',
  'held',
  'resumed',
  'seatJoined',
  'seatLeft',
  'qualityRaised',
  'qualityCleared',
] as const
type Own = (typeof own)[number]
const isOwn = (type: WireEvent['type']): type is Own => own.some((one) => one === type)

/** `side`: on whose side of the table it was, where it was anybody's; `says`: what came about. */
export type Mark = { seq: number; at: number; type: WireEvent['type']; side: Side | null; says: Said }
/** `name`: who came or went. */
export type Said = { own: Own; name: string | null } | SystemLine

/** Of these there is no mark: nobody looks for them. */
export const silent: ReadonlySet<WireEvent['type']> = new Set([
  'offered',
  'offerWithdrawn',
  'consentGiven',
  'invited',
  'invitationGone',
  'mediaMoved',
  'pauseInForce',
  'pauseReminded',
  ...wrapUpTypes,
])

function sideOf(event: WireEvent): Side | null {
  if ('seat' in event.payload) return event.payload.seat === 'visitor' ? 'visitor' : 'agent'
  if (event.actor.kind === 'system') return null
  return event.actor.kind === 'visitor' ? 'visitor' : 'agent'
}

/** The lanes that marks are in. */
export const markLanes = ['text', 'event', 'note'] as const
export type MarkLane = (typeof markLanes)[number]

export function laneOf({ type }: Pick<Mark, 'type'>): MarkLane {
  if (type === 'message') return 'text'
  return type === 'note' ? 'note' : 'event'
}

/** What has no words has no mark: a pause that another one goes on after, a form left empty. */
export function marksOf(events: readonly WireEvent[]): Mark[] {
  const names = new Map<SeatId, string>()
  return events.flatMap((event) => {
    if (event.type === 'seatJoined') names.set(event.payload.seat, event.payload.name)
    const says = silent.has(event.type) ? null : saidOf(event, names)
    const { seq, at, type } = event
    return says ? [{ seq, at, type, side: sideOf(event), says }] : []
  })
}

function saidOf(event: WireEvent, names: ReadonlyMap<SeatId, string>): Said | null {
  const { type, payload } = event
  if ('movesUp' in payload && payload.movesUp) return null
  if (isOwn(type)) {
    const came = type === 'seatJoined' || type === 'seatLeft'
    return { own: type, name: came && 'name' in payload ? payload.name : null }
  }
  // The thread has a card for it, with the call.
  if (type === 'voicemailLeft') return { type: 'work', key: `call.message_${payload.media}`, names: {} }
  // The thread leaves out a microphone, which comes and goes with the call itself.
  if ((type === 'mediaRaised' || type === 'mediaLowered') && payload.source === 'mic')
    return { type, seat: payload.seat, name: names.get(payload.seat) ?? null, source: 'mic' }
  return workLine(event) ?? lineOf(event, names)
}

/** From each hold's beginning to its end; one that never ended lasts to the end of its call. */
export function holdsOf(events: readonly WireEvent[]): Span[] {
  const holds: Span[] = []
  let since: number | null = null
  for (const { type, at } of events) {
    if (type === 'held') since ??= at
    if ((type !== 'resumed' && type !== 'callEnded') || since === null) continue
    holds.push({ from: since, to: at })
    since = null
  }
  return holds
}

/** Nothing was written, for whose sake: a hole that is known. */
export type Paused = Span & { why: PauseWhy; by: string | null }

/** From a pause's first hold to the end of its last; one that was not ended lasts to the end of its call. */
export function pausesOf(events: readonly WireEvent[]): Paused[] {
  const pauses: Paused[] = []
  let open: Omit<Paused, 'to'> | null = null
  for (const event of events) {
    const { type, at } = event
    if (type === 'recordingPaused') {
      const by = event.actor.kind === 'agent' ? event.actor.name : null
      open ??= { from: at, why: event.payload.why, by }
    }
    const over = type === 'callEnded' || (type === 'recordingResumed' && event.payload.over)
    if (!over || open === null) continue
    pauses.push({ ...open, to: at })
    open = null
  }
  return pauses
}

/** Somebody's connection was worse than it should be. */
export type Weak = Span & { side: Side; seat: SeatId }

/** From each seat's first warning until it has none; what was not cleared lasts to the end of its call. */
export function weakOf(events: readonly WireEvent[]): Weak[] {
  const weak: Weak[] = []
  const open = new Map<SeatId, { from: number; warnings: Set<string>; side: Side }>()
  const close = (seat: SeatId, to: number) => {
    const one = open.get(seat)
    if (one) weak.push({ seat, side: one.side, from: one.from, to })
    open.delete(seat)
  }
  for (const event of events) {
    const { type, at, payload } = event
    if (type === 'qualityRaised') {
      const { seat, warning } = payload
      const one = open.get(seat) ?? { from: at, warnings: new Set(), side: sideOf(event) ?? 'agent' }
      one.warnings.add(warning)
      open.set(seat, one)
    } else if (type === 'qualityCleared') {
      const one = open.get(payload.seat)
      one?.warnings.delete(payload.warning)
      if (one?.warnings.size === 0) close(payload.seat, at)
    } else if (type === 'seatLeft') close(payload.seat, at)
    else if (type === 'callEnded') for (const seat of [...open.keys()]) close(seat, at)
  }
  return weak.sort((a, b) => a.from - b.from)
}

/** How many of the events had happened at `time`: those up to the last that is not later. */
export function countAt(events: readonly { at: number }[], time: number): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((events[middle]?.at ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return low
}

/** The mark to go to from `time`: the next one, or the one before with half a second's grace. */
export function neighbour<T extends { at: number }>(marks: readonly T[], time: number, by: 1 | -1): T | null {
  if (by > 0) return marks.find((mark) => mark.at > time + 50) ?? null
  return marks.findLast((mark) => mark.at < time - 500) ?? null
}
