/** A person's day from what was written down: pieces on one axis, when they came and went, and the sums. */
import type { Day, DayCall, DayConversation, DayStatus, DaySums } from '../contract/day.ts'
import { Status, type StatusChange } from '../contract/desk.ts'
import { AppError } from '../contract/errors.ts'
import type { CallMedia } from '../call/call.ts'

type Span = { from: number; to: number }
type Open = { from: number; to: number | null }
type Named = { conversationId: string; visitorName: string | null }

/** As the rows have it: spans may begin before the day and run on (null) or end after it. */
export type DayMaterial = {
  /** How they were set when the day began. */
  before: Pick<DayStatus, 'status' | 'reason' | 'by'>
  /** Of the day, oldest first. */
  changes: readonly StatusChange[]
  held: readonly (Open & Named)[]
  /** Of the conversations in `held`, whoever spoke in them. */
  calls: readonly (Open & Named & { callId: string; media: CallMedia })[]
  /** Seats that they took beside a call's agent. */
  seats: readonly (Open & Named & { callId: string; media: CallMedia; as: Exclude<DayCall['as'], 'agent'> })[]
}

type Told = Pick<Day, 'shift' | 'statuses' | 'conversations' | 'calls' | 'sums'>

/** A day on which clocks go back is one hour longer; rounding may take another. */
const LONGEST_MS = 26 * 3_600_000

/** Throws `badInput` for more than a day, or none. */
export function assertOneDay({ from, to }: Span): void {
  if (to <= from || to - from > LONGEST_MS) throw new AppError('badInput', 'That is not one day')
}

/** `now`: nothing is told of what comes after it. */
export function tellDay(material: DayMaterial, { from, to, now }: Span & { now: number }): Told {
  const day = { from, to: Math.max(from, Math.min(to, now)) }
  const statuses = statusesOf(material, day)
  const conversations = material.held.flatMap((one): DayConversation[] => within(one, day))
  const calls = callsOf(material, day)
  const here = [...statuses.filter(({ status }) => status !== 'offline'), ...conversations, ...calls]
  const first = Math.min(...here.map((one) => one.from))
  const last = Math.max(...here.map((one) => one.to))
  const shift =
    here.length === 0
      ? null
      : { from: first, to: last, before: first === from, on: last === day.to && now <= to }
  return { shift, statuses, conversations, calls, sums: sumsOf({ statuses, conversations, calls }) }
}

/** The part of it that lies within the day; none where nothing does. */
function within<T extends Open>(one: T, day: Span): (T & Span)[] {
  const span = { from: Math.max(one.from, day.from), to: Math.min(one.to ?? day.to, day.to) }
  return span.to > span.from ? [{ ...one, ...span }] : []
}

function statusesOf({ before, changes }: DayMaterial, day: Span): DayStatus[] {
  const starts = [
    { from: day.from, ...before },
    ...changes.map(({ at, to, reason, by }) => ({ from: at, status: to, reason, by })),
  ]
  return starts.flatMap((one, i) => within({ ...one, to: starts[i + 1]?.from ?? day.to }, day))
}

function callsOf({ held, calls, seats }: DayMaterial, day: Span): DayCall[] {
  const own = calls.flatMap((call) =>
    held
      .filter(({ conversationId }) => conversationId === call.conversationId)
      .flatMap((hand) => within(hand, day))
      .flatMap((hand) => within({ ...call, as: 'agent' as const }, hand)),
  )
  return [...own, ...seats.flatMap((seat) => within(seat, day))].sort((a, b) => a.from - b.from)
}

function sumsOf({
  statuses,
  conversations,
  calls,
}: Pick<Day, 'statuses' | 'conversations' | 'calls'>): DaySums {
  const set = (status: Status) => statuses.filter((one) => one.status === status)
  const spoken = calls.filter((call) => call.as !== 'supervisor')
  const work = merged(statuses.filter(({ status }) => status !== 'offline'))
  const handling = common(merged([...conversations, ...spoken, ...set('wrapUp')]), work)
  const ready = lengthOf(merged([...handling, ...set('available')]))
  return {
    statusMs: Object.fromEntries(
      Status.options.map((status) => [status, lengthOf(set(status))]),
    ) as DaySums['statusMs'],
    conversations: new Set(conversations.map((one) => one.conversationId)).size,
    calls: new Set(spoken.map((one) => one.callId)).size,
    callMs: lengthOf(merged(spoken)),
    handlingMs: lengthOf(handling),
    occupancy: ready === 0 ? null : lengthOf(handling) / ready,
  }
}

const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, { from, to }) => sum + to - from, 0)

/** In order and apart from each other. */
function merged(spans: readonly Span[]): Span[] {
  const out: Span[] = []
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else out.push({ from, to })
  }
  return out
}

/** Of two that are merged, what lies in both. */
const common = (a: readonly Span[], b: readonly Span[]): Span[] =>
  a.flatMap((one) => b.flatMap((other) => within<Span>(one, other)))
