/** Further seats in a running call: colleagues, guests, supervisors. Under the conversation's lock. */
import { randomBytes } from 'node:crypto'
import type { Deps } from '../deps.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import type { SeatId, SeatKind, SeatState } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { onCommit, type Transaction } from '../storage/database.ts'
import { changeCall, changeSeat, findCall, holderOf, insertSeats } from './call.store.ts'
import { presentCall } from './call.policy.ts'
import { waitOn } from './call.wait.ts'
import { noteLeft } from './supervision.ts'

type As = Pick<SeatState, 'aside' | 'mode' | 'recorded'>
type Joining = As & { kind: SeatKind; name: string; personId?: string }

/**
 * Sets a place at the table: `media.open` of the person whose it is sits down in it. `silent`: nothing in the log tells
 * of it. Answers its id, which no other seat of the call ever has.
 */
export async function joinSeat(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  { callId, silent = false, ...joining }: Joining & { callId: string; silent?: boolean },
): Promise<{ seat: SeatId; locked: Locked }> {
  presentCall(locked.state, callId)
  const { kind, name, personId, mode } = joining
  // By chance: a number would tell those from outside how many came of whom they do not learn.
  const seat = `${kind[0]}${randomBytes(4).toString('hex')}`
  const body = event('seatJoined', { callId, seat, ...joining })
  const after = silent ? locked : await append(trx, d.bus, locked, [{ actor: system, body }])
  const row = { seat_id: seat, kind, name, person_id: personId ?? null, mode: mode ?? null }
  // Whoever never sits down is missed as one who left.
  await insertSeats(trx, callId, [{ ...row, gone_since: new Date(after.now) }], after.now)
  await changeCall(trx, d.bus, callId)
  return { seat, locked: after }
}

/** Whoever sits there is in the call no more; the others go on. */
export async function leaveSeat(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  seat: SeatId,
): Promise<Locked> {
  const call = locked.state.call
  if (!call) return locked
  const after = await append(trx, d.bus, locked, leaving(call.id, seat, call.seats[seat]))
  const row = await findCall(trx, call.id)
  const holder = row && holderOf(row, seat)
  await changeSeat(trx, { callId: call.id, seatId: seat }, { left_at: new Date(locked.now) })
  const place = { conversationId: locked.id, callId: call.id }
  await noteLeft(trx, place, row?.seats.filter((one) => one.seat_id === seat) ?? [])
  await changeCall(trx, d.bus, call.id)
  if (holder) onCommit(trx, () => d.bus.emit('seatTaken', { callId: call.id, holder, why: 'ended' }))
  // On its way to the next agent: with the last colleague gone the others wait.
  const waits = after.state.phase.name !== 'active' && call.phase === 'connected'
  return waits ? await append(trx, d.bus, after, waitOn(after)) : after
}

function leaving(callId: string, seat: SeatId, state: SeatState | undefined): Entry[] {
  if (!state) return []
  const left = event('seatLeft', { callId, seat, kind: state.kind, name: state.name ?? '' })
  return [{ actor: system, body: left }]
}

/**
 * The same seat told anew: to those from outside as coming or going, to staff with all that it shows already. The one
 * way in which a seat is brought before the visitor, or taken away from them.
 */
export function retold(callId: string, seat: SeatId, known: SeatState, as: As): Entry[] {
  const { kind, personId, sources, muted, present } = known
  const name = known.name ?? ''
  const at = { callId, seat }
  const hides = as.aside && !known.aside
  const bodies = [
    ...(hides ? [event('seatLeft', { ...at, kind, name })] : []),
    event('seatJoined', { ...at, kind, name, ...(personId ? { personId } : {}), ...as }),
    ...sources.map((source) => event('mediaRaised', { ...at, source })),
    ...(muted ? [event('muted', at)] : []),
    ...(present ? [] : [event('sideLeft', { ...at, why: 'connectionLost' as const })]),
  ]
  return bodies.map((body) => ({ actor: system, body }))
}
