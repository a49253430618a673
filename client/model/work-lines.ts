/** Lines of a thread about the staff's own work. Kept apart, so that no visitor loads them. */
import type { WireEvent } from '../../server/contract/events.ts'
import type { Key } from '../i18n/keys.ts'
import type { SystemLine, TimelineItem } from './timeline-item.ts'
import type { ThreadView } from './thread.ts'
import { lineOf } from './timeline.ts'

const line = (key: Key, names: Record<string, string>): SystemLine => ({ type: 'work', key, names })

/** What only staff are told of an event; null: nothing, or the same as everybody. */
export function workLine(event: WireEvent): SystemLine | null {
  switch (event.type) {
    case 'started': {
      const { page } = event.payload
      return page ? line('staff.startedOn', { page: page.title || page.url }) : line('staff.started', {})
    }
    case 'queued':
      return line(`staff.queued_${event.payload.reason}`, {})
    case 'offerMissed':
      return line('staff.offerMissed', { name: event.payload.name })
    case 'pageViewed':
      return line('staff.pageViewed', { page: event.payload.title || event.payload.url })
    case 'transferred': {
      const by = event.actor.kind === 'agent' ? event.actor.name : ''
      const { to, note } = event.payload
      if (to.name === '') return line('staff.transferredAnywhere', { by, note })
      return line(note ? 'staff.transferredNote' : 'staff.transferred', { by, to: to.name, note })
    }
    case 'transferReturned':
      return line(`staff.transferReturned_${event.payload.why}`, { name: event.payload.name })
    case 'invited':
      return invitedLine(event.payload)
    case 'invitationGone': {
      const { why, name, queue } = event.payload
      if (queue) return queueLine(why === 'missed' ? 'staff.queueMissed' : 'staff.queueWithdrawn', queue)
      return why === 'accepted' ? null : line(`staff.invitation_${why}`, { name })
    }
    case 'seatJoined': {
      const { aside, mode, name } = event.payload
      if (mode) return line(`staff.supervisor_${mode}`, { name })
      return aside ? line('staff.consultJoined', { name }) : null
    }
    case 'recordingPaused': {
      const name = event.actor.kind === 'agent' ? event.actor.name : ''
      return line(`staff.paused_${event.payload.why}`, { name })
    }
    case 'wrapUpStarted':
      return line('staff.wrapUpStarted', { name: event.payload.name })
    case 'wrapUpEnded':
      return line(`staff.wrapUp_${event.payload.how}`, { name: event.payload.name })
    case 'deferred':
      return line(`staff.deferred_${event.payload.why}`, {})
    case 'callbackAsked':
      return line('staff.callbackAsked', {})
    case 'callbackTried':
      return line(`staff.callbackTried_${event.payload.outcome}`, {})
    case 'taskDropped':
      return line('staff.taskDropped', {})
    case 'formAnswered': {
      const answers = event.payload.answers.map(({ label, value }) => `${label}: \u2068${value}\u2069`)
      return answers.length === 0 ? null : line('staff.formAnswered', { answers: answers.join(' · ') })
    }
    case 'disposed':
      return line('staff.disposed', { path: event.payload.names.join(' › ') })
    default:
      return null
  }
}

type Invited = Extract<WireEvent, { type: 'invited' }>['payload']

const invitedLine = ({ name, personId, queue }: Invited): SystemLine =>
  queue && personId === null ? queueLine('staff.queueAsked', queue) : line('staff.invited', { name })

/** Everybody's queue has no name. */
const queueLine = (
  key: 'staff.queueAsked' | 'staff.queueMissed' | 'staff.queueWithdrawn',
  { name }: { name: string },
): SystemLine => (name ? line(key, { name }) : line(`${key}Anywhere`, {}))

/** The same as one reads it in whose place others had the conversation, or have it: what these did is theirs by name. */
export const workLinesOf =
  (others: ReadonlyMap<number, string>) =>
  (event: WireEvent): SystemLine | null => {
    const other = others.get(event.seq)
    return workLine(event) ?? (other === undefined ? null : lineBy(event, other))
  }

/** What was done in the agent's seat by the one of that name. */
function lineBy(event: WireEvent, name: string): SystemLine | null {
  switch (event.type) {
    case 'mediaRaised':
    case 'mediaLowered':
    case 'sideLeft':
    case 'sideReturned':
      return event.payload.seat === 'agent' ? lineOf(event, new Map([['agent', name]])) : null
    case 'ended':
      return event.payload.by === 'agent' ? line('staff.ended_agent', {}) : null
    default:
      return null
  }
}

/**
 * Whose the agent's seat was at each event where it was not that of the agent of this id: names by the event's number. `some`: what
 * to call one who is known from an earlier page alone.
 */
export function othersIn(
  { events, more, state }: Pick<ThreadView, 'events' | 'more' | 'state'>,
  me: string,
  some: string,
): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  const nameOf = (agent: { id: string; name: string } | null) =>
    agent === null || agent.id === me ? null : agent.name
  // Where nobody took it since the first event it was theirs already who had it last.
  const taken = events.some(({ type }) => type === 'assigned')
  let other = !more ? null : taken ? some : nameOf(state.lastAgent)
  for (const { type, seq, payload } of events) {
    if (type === 'assigned') other = nameOf({ id: payload.agentId, name: payload.name })
    if (other !== null) names.set(seq, other)
  }
  return names
}

/** Messages that other agents than the one of this id wrote, and calls that others ended, bear their names. */
export function signed(
  items: TimelineItem[],
  events: readonly WireEvent[],
  me: string,
  others: ReadonlyMap<number, string>,
): TimelineItem[] {
  const written = new Set(
    events.flatMap(({ seq, actor }) => (actor.kind === 'agent' && actor.id !== me ? seq : [])),
  )
  const ended = new Map(
    events.flatMap(({ type, seq, payload }) => {
      const name = others.get(seq)
      return type === 'callEnded' && payload.by === 'agent' && name !== undefined
        ? [[payload.callId, name] as const]
        : []
    }),
  )
  return items.map((item) => {
    if (item.kind === 'call') {
      const name = ended.get(item.callId)
      return name === undefined ? item : { ...item, name, signed: true }
    }
    return item.kind === 'bubbles' && item.bubbles.every(({ seq }) => seq !== null && written.has(seq))
      ? { ...item, signed: true }
      : item
  })
}
