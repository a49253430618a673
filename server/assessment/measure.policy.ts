/** What the log of a conversation says of itself, for answers that are filled in. Pure. */
import type { WireEvent } from '../contract/events.ts'
import type { Measured } from '../contract/scorecard.ts'

type Written = Pick<WireEvent, 'type' | 'at' | 'actor' | 'payload'>

/**
 * Events oldest first; while it goes on, up to its last one. Replies are those that were `agentId`'s to give: before the conversation came
 * to them it was another's turn, and after they passed it on. All else is the conversation's.
 */
export function measure(events: readonly Written[], agentId?: string): Measured {
  const began = events[0]?.at ?? 0
  const ended = events.findLast(({ type }) => type === 'ended')?.at ?? events.at(-1)?.at ?? began
  return {
    ...replies(events, agentId),
    waitMs: waitOf(events),
    durationMs: events.length === 0 ? null : ended - began,
    holdMs: holdOf(events, ended),
    transfers: events.filter(({ type }) => type === 'transferred').length,
  }
}

/**
 * A reply is what an agent writes; a note is none. While a call goes on nobody waits for words. Who had no reply until it ended
 * waited until then; only what is written last before an agent ends it, after replies, needs none. The wait until the first agent is the
 * first agent's; whoever comes later finds a visitor who waits, or not, and is measured from then on. Who passes it on without a reply let
 * the visitor wait as long as they had it; what waits in the queue then is nobody's.
 */
function replies(
  events: readonly Written[],
  agentId: string | undefined,
): Pick<Measured, 'firstReplyMs' | 'longestReplyMs' | 'unanswered'> {
  let asked: number | null = null
  let first: number | null = null
  let longest: number | null = null
  let talking = false
  /** The visitor has written, and nobody has replied. */
  let open = false
  const isTheirs = ({ payload }: Written) =>
    agentId === undefined || !('agentId' in payload) || payload.agentId === agentId
  let theirs = events
    .filter(({ type }) => type === 'assigned')
    .slice(0, 1)
    .every(isTheirs)
  let had = false
  /** When it came to them. */
  let since = 0
  /** When it ended, until somebody has it again. */
  let over: number | null = null
  const turn = (isTheirTurn: boolean, at: number) => {
    if (isTheirTurn === theirs) {
      if (!had) since = at
      return
    }
    const until = over ?? at
    if (theirs && asked !== null) longest = Math.max(longest ?? 0, until - Math.max(asked, since))
    asked = isTheirTurn && open ? at : null
    if (isTheirTurn) since = at
    theirs = isTheirTurn
  }
  // What a visitor speaks into a message is heard by nobody yet.
  const messages = new Set(events.flatMap(({ payload }) => ('voicemail' in payload ? payload.callId : [])))
  const answered = (at: number) => {
    if (asked === null) return
    const waited = at - asked
    first ??= waited
    longest = Math.max(longest ?? 0, waited)
    asked = null
  }
  for (const event of events) {
    const { type, at, actor, payload } = event
    if (type === 'assigned') {
      turn(isTheirs(event), at)
      had = true
      over = null
    } else if (type === 'queued' && had && agentId !== undefined) turn(false, at)
    if (type === 'ended') over = at
    // The last word needed no answer.
    if (type === 'ended' && actor.kind === 'agent' && first !== null) {
      asked = null
      open = false
    }
    if ('callId' in payload && messages.has(payload.callId)) continue
    if (type === 'callConnected') talking = true
    if (type === 'callEnded') talking = false
    if (type === 'message' && actor.kind === 'visitor' && !talking) {
      open = true
      if (theirs) asked ??= at
    }
    if ((type === 'message' && actor.kind === 'agent') || type === 'callConnected') {
      open = false
      answered(at)
    }
  }
  const last = events.findLast(({ type }) => type === 'ended' || type === 'reopened')
  const unanswered = first === null && asked !== null && last?.type === 'ended'
  if (last?.type === 'ended' && (first === null || last.actor.kind !== 'agent')) answered(last.at)
  return { firstReplyMs: first, longestReplyMs: longest, ...(unanswered && { unanswered }) }
}

/** From entering a queue to the first agent. */
function waitOf(events: readonly Written[]): number | null {
  const queued = events.find(({ type }) => type === 'queued')
  const assigned = events.find(({ type, at }) => type === 'assigned' && at >= (queued?.at ?? 0))
  return queued && assigned ? assigned.at - queued.at : null
}

/** How long the visitor was on hold; what is not taken off lasts until the call, or all of it, ends. */
function holdOf(events: readonly Written[], ended: number): number {
  let since: number | null = null
  let sum = 0
  const stop = (at: number) => {
    if (since !== null) sum += at - since
    since = null
  }
  for (const { type, at, payload } of events) {
    const isVisitor = 'seats' in payload && Array.isArray(payload.seats) && payload.seats.includes('visitor')
    if (type === 'held' && isVisitor) since ??= at
    if ((type === 'resumed' && isVisitor) || type === 'callEnded') stop(at)
  }
  stop(ended)
  return sum
}
