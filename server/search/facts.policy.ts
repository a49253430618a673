/** What a conversation was, from its log and its calls: the facts that one filters by. */
import type { ConversationEvent } from '../conversation/conversation.ts'
import { facet, type Facts, type Happening } from './search.ts'
import { shareOf, type Span } from './sound.policy.ts'

/** A call that was answered, as its row and its recording tell it. ms. */
export type CallFacts = {
  ms: number
  /** Of the worst connection. */
  mos: number | null
  /** Where its recording is finished and has both sides. */
  sound: { ms: number; silenceMs: number; overlapMs: number } | null
}

export type About = {
  siteId: string
  locale: string
  startedAt: number
  lastAt: number
  /** Without messages, notes and page views. */
  events: readonly ConversationEvent[]
  calls: readonly CallFacts[]
}

export function factsOf({ siteId, locale, startedAt, lastAt, events, calls }: About): Facts {
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
  const callMs = sum(calls.map(({ ms }) => ms))
  const held = sum(holdsOf(events, lastAt).map(({ from, to }) => to - from))
  const sounds = calls.flatMap(({ sound }) => sound ?? [])
  const heard = sum(sounds.map(({ ms }) => ms))
  const scores = calls.flatMap(({ mos }) => mos ?? [])
  return {
    facets: [...facetsOf(events), facet('site', siteId), facet('language', locale)].sort(),
    lengthMs: Math.max(0, Math.round(lastAt - startedAt)),
    callMs: Math.round(callMs),
    hold: shareOf(held, callMs),
    silence: shareOf(sum(sounds.map(({ silenceMs }) => silenceMs)), heard),
    overlap: shareOf(sum(sounds.map(({ overlapMs }) => overlapMs)), heard),
    mos: scores.length > 0 ? Math.min(...scores) : null,
  }
}

/** While the visitor hears nobody, by the log; one that nobody ended lasts to the end of its call. */
export function holdsOf(events: readonly ConversationEvent[], until: number): Span[] {
  const holds: Span[] = []
  let since: number | null = null
  const close = (to: number) => {
    if (since !== null) holds.push({ from: since, to })
    since = null
  }
  for (const event of events) {
    if (event.type === 'held' && event.payload.seats.includes('visitor')) since ??= event.at
    if (event.type === 'resumed' && event.payload.seats.includes('visitor')) close(event.at)
    if (event.type === 'callEnded') close(event.at)
  }
  close(until)
  return holds
}

function facetsOf(events: readonly ConversationEvent[]): Set<string> {
  const facets = new Set<string>()
  const connected = new Set<string>()
  /** Each agent's last word on it. */
  const disposed = new Map<string, string>()
  let waits = false
  for (const event of events) {
    for (const one of ofEvent(event)) facets.add(one)
    if (event.type === 'callConnected') connected.add(event.payload.callId)
    if (event.type === 'callEnded' && connected.has(event.payload.callId) && !event.payload.recorded)
      facets.add(happened('unrecorded'))
    if (event.type === 'disposed') disposed.set(event.payload.agentId, event.payload.dispositionId)
    if (event.type === 'ended' && gaveUp(event.payload, waits)) facets.add(happened('abandoned'))
    if (event.type === 'queued' || event.type === 'assigned') waits = event.type === 'queued'
  }
  for (const id of disposed.values()) facets.add(facet('disposition', id))
  if (connected.size === 0) facets.add(facet('medium', 'text'))
  return facets
}

/** The visitor went before anybody answered. */
const gaveUp = ({ by, reason }: { by: string; reason?: string }, waits: boolean): boolean =>
  reason === 'abandoned' || (waits && by === 'visitor')

const happened = (what: Happening) => facet('event', what)
const seats = { agent: 'colleague', guest: 'guest', supervisor: 'supervised', visitor: null } as const

function ofEvent(event: ConversationEvent): string[] {
  switch (event.type) {
    case 'assigned':
      return [facet('agent', event.payload.agentId)]
    case 'queued':
      return event.payload.reason === 'reopened'
        ? [...queueOf(event.payload), happened('reopened')]
        : queueOf(event.payload)
    case 'callConnected':
      return [facet('medium', 'voice')]
    case 'mediaRaised':
      return event.payload.source === 'mic'
        ? []
        : [facet('medium', event.payload.source === 'cam' ? 'video' : 'screen')]
    case 'seatJoined': {
      const what = seats[event.payload.kind]
      return what ? [happened(what)] : []
    }
    case 'sideLeft':
      return event.payload.why === 'connectionLost' ? [happened('connectionLost')] : []
    default: {
      const what = plain[event.type]
      return what ? [happened(what)] : []
    }
  }
}

const queueOf = ({ queueId }: { queueId?: string | null }) => (queueId ? [facet('queue', queueId)] : [])

const plain: Partial<Record<ConversationEvent['type'], Happening>> = {
  held: 'held',
  transferred: 'transferred',
  callbackAsked: 'callback',
  voicemailLeft: 'voicemail',
  qualityRaised: 'weakConnection',
  offerMissed: 'offerMissed',
  reopened: 'reopened',
}
