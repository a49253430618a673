/** Seats in a call's room: who holds them, and what their browsers ask of the media node. */
import type { Source } from '../../sfu/control/contract.ts'
import type { MediaGreeting } from '../contract/shared-requests.ts'
import { AppError } from '../contract/errors.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import type { SeatId } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { assertSees, lockSeenCall, missing } from '../conversation/sight.service.ts'
import type { Member, Tab } from '../caller/caller.ts'
import type { Deps } from '../deps.ts'
import { inTransaction, onCommit, type Transaction } from '../storage/database.ts'
import { mediaSeat } from './call.offer.ts'
import { presentCall } from './call.policy.ts'
import { roomSpec } from './call.spec.ts'
import {
  type CallRow,
  changeCall,
  changeSeat,
  epochOf,
  findCall,
  findPlace,
  goneSinceOf,
  highestEpoch,
  holderOf,
  takenSeats,
} from './call.store.ts'
import type { MediaNode } from './media-node.ts'

export type MediaDeps = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'> & {
  node: MediaNode
  /** Whether a tab has a socket now, here. */
  tabIsHere(tab: Tab): boolean
}

type Seat = { callId: string; epoch: number }

/** Takes the caller's seat for this tab and answers its transports. Throws `conflict` when another live tab has it. */
export async function openSeat(
  d: MediaDeps,
  caller: Member,
  tab: Tab,
  input: { callId: string; take: boolean; epoch?: number },
): Promise<MediaGreeting> {
  const bootId = d.node.bootId()
  if (!bootId) throw new AppError('unavailable', 'The media node is away')
  const { row, seat } = await inTransaction(d.db, (trx) => claim(trx, d, caller, tab, { ...input, bootId }))
  await applyCall(d, input.callId)
  return await newestGreeting(d, { row, seat, tab })
}

/**
 * The media may die at this very moment, or the tab begin anew: the seat, still this tab's, was made anew, or will be in a
 * moment. As often as it is, since a `conflict` would tell the tab that another one has the call.
 */
async function newestGreeting(
  d: MediaDeps,
  { row, seat, tab }: { row: CallRow; seat: SeatId; tab: Tab },
): Promise<MediaGreeting> {
  try {
    return await greeting(d, row, seat)
  } catch (error) {
    const now = await findCall(d.db, row.id)
    if (!now || now.ended_at || holderOf(now, seat) !== tab) throw error
    if (epochOf(now, seat) > epochOf(row, seat)) return await newestGreeting(d, { row: now, seat, tab })
    const unnoticed = error instanceof AppError && error.code === 'conflict'
    throw unnoticed ? new AppError('unavailable', 'The call is being moved', { cause: error }) : error
  }
}

export async function greeting(
  d: Pick<MediaDeps, 'node'>,
  row: CallRow,
  seat: SeatId,
): Promise<MediaGreeting> {
  const epoch = epochOf(row, seat)
  const opened = await d.node.request('seat.open', { roomId: row.id, seatId: seat, epoch })
  return { callId: row.id, seat, epoch, ...opened }
}

async function claim(
  trx: Transaction,
  d: MediaDeps,
  caller: Member,
  tab: Tab,
  input: { callId: string; take: boolean; epoch?: number; bootId: string },
): Promise<{ row: CallRow; seat: SeatId }> {
  const { locked, row } = await lockSeenCall(trx, input.callId, caller)
  const seat = mediaSeat({ ...locked, seats: row.seats }, caller)
  presentCall(locked.state, input.callId)
  // All seats of a room that died with its node are dead; who alone came back here would leave the others behind.
  if (row.boot_id !== null && row.boot_id !== input.bootId) {
    throw new AppError('unavailable', 'The call is being moved')
  }
  const holder = holderOf(row, seat)
  const stays = holder === tab
  if (holder && !stays && !input.take && goneSinceOf(row, seat) === null && d.tabIsHere(holder)) {
    throw new AppError('conflict', 'The call is in another tab')
  }
  await append(trx, d.bus, locked, comeBack(locked, seat, input.callId, stays))
  if (holder && !stays) onCommit(trx, () => d.bus.emit('seatTaken', { callId: input.callId, holder }))
  // A tab that only lost its socket keeps its connections, hence its epoch.
  const before = epochOf(row, seat)
  // Whoever comes a second time, into another seat, must not take late news of the first for news of this one.
  const further = seat !== 'visitor' && seat !== 'agent'
  const next = further && before === 0 ? (await highestEpoch(trx, row.id)) + 1 : before + 1
  const epoch = stays && input.epoch !== undefined ? before : next
  await changeSeat(trx, { callId: row.id, seatId: seat }, { epoch, holder: tab, gone_since: null })
  return { row: await changeCall(trx, d.bus, input.callId, { boot_id: input.bootId }), seat }
}

/** A new page starts without the old one's pictures; its microphone comes by itself. */
function comeBack(locked: Locked, seat: SeatId, callId: string, stays: boolean): Entry[] {
  const state = locked.state.call?.seats[seat]
  if (!state) return []
  const lost = stays ? [] : state.sources.filter((source) => source !== 'mic')
  const lowered = lost.map((source) => event('mediaLowered', { callId, seat, source }))
  const returned = state.present ? [] : [event('sideReturned', { callId, seat })]
  return [...lowered, ...returned].map((body) => ({ actor: system, body }))
}

/** Tells the media node what should be. An equal `rev` is ignored there, a lower one refused: both are fine. */
export async function applyCall(d: Pick<MediaDeps, 'db' | 'node'>, callId: string): Promise<void> {
  const place = await findPlace(d.db, callId)
  if (!place) return
  const { row, state } = place
  if (row.ended_at) {
    await d.node.request('room.close', { roomId: callId, reason: row.end_reason ?? 'ended' })
    return
  }
  if (state.call?.id !== callId || takenSeats(row).length === 0) return
  try {
    await d.node.request('room.apply', { roomId: callId, rev: row.rev, spec: roomSpec(state.call, row) })
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'conflict')) throw error
  }
}

/** The caller's seat, if this tab holds it at this epoch; anything else has been overtaken. */
async function heldSeat(d: MediaDeps, caller: Member, tab: Tab, input: Seat) {
  const place = await findPlace(d.db, input.callId)
  if (!place) throw await missing(d.db, caller, input.callId)
  const { row } = place
  await assertSees(d.db, { ...place, id: row.conversation_id }, caller)
  const seatId = mediaSeat({ ...place, seats: row.seats }, caller)
  if (row.ended_at || holderOf(row, seatId) !== tab || epochOf(row, seatId) !== input.epoch) {
    throw new AppError('conflict', 'The seat has been taken over')
  }
  return { roomId: row.id, seatId, epoch: input.epoch }
}

type Opaque = Record<string, unknown>

export async function connectTransport(
  d: MediaDeps,
  caller: Member,
  tab: Tab,
  input: Seat & { direction: 'send' | 'recv'; dtlsParameters: Opaque },
): Promise<void> {
  const { direction, dtlsParameters } = input
  await d.node.request('seat.connect', {
    ...(await heldSeat(d, caller, tab, input)),
    direction,
    dtlsParameters,
  })
}

export async function restartIce(
  d: MediaDeps,
  caller: Member,
  tab: Tab,
  input: Seat & { direction: 'send' | 'recv' },
): Promise<{ iceParameters: Opaque }> {
  const seat = await heldSeat(d, caller, tab, input)
  return await d.node.request('seat.restartIce', { ...seat, direction: input.direction })
}

export async function setCapabilities(
  d: MediaDeps,
  caller: Member,
  tab: Tab,
  input: Seat & { rtpCapabilities: Opaque },
): Promise<void> {
  const seat = await heldSeat(d, caller, tab, input)
  await d.node.request('seat.capabilities', { ...seat, rtpCapabilities: input.rtpCapabilities })
}

export async function produce(
  d: MediaDeps,
  caller: Member,
  tab: Tab,
  input: Seat & {
    producerId: string
    source: Source
    kind: 'audio' | 'video'
    rtpParameters: Opaque
    dtlsParameters?: Opaque
  },
): Promise<{ producerId: string }> {
  const seat = await heldSeat(d, caller, tab, input)
  const { producerId, source, kind, rtpParameters, dtlsParameters } = input
  if ((kind === 'audio') !== (source === 'mic')) throw new AppError('badInput', 'Kind and source do not fit')
  const dtls = dtlsParameters ? { dtlsParameters } : {}
  return await d.node.request('producer.open', { ...seat, producerId, source, kind, rtpParameters, ...dtls })
}

export async function stopSource(
  d: MediaDeps,
  caller: Member,
  tab: Tab,
  input: Seat & { source: Source },
): Promise<void> {
  const seat = await heldSeat(d, caller, tab, input)
  await d.node.request('producer.close', { ...seat, source: input.source })
}

export async function consumerReady(
  d: MediaDeps,
  caller: Member,
  tab: Tab,
  input: Seat & { consumerId: string },
): Promise<void> {
  const seat = await heldSeat(d, caller, tab, input)
  await d.node.request('consumer.ready', { ...seat, consumerId: input.consumerId })
}

/** The page says that it goes away on purpose: the other side reads so, the seat waits. */
export async function leaving(d: MediaDeps, caller: Member, tab: Tab, callId: string): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const { locked, row } = await lockSeenCall(trx, callId, caller)
    const seat = mediaSeat({ ...locked, seats: row.seats }, caller)
    if (row.ended_at || holderOf(row, seat) !== tab) return
    await seatGone(trx, d, { locked, row, seat, why: 'pageChange' })
  })
}

/** Marks who sits there as gone, once; the seat is kept until the sweep. */
export async function seatGone(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  gone: { locked: Locked; row: CallRow; seat: SeatId; why: 'pageChange' | 'connectionLost' },
): Promise<void> {
  const { locked, row, seat, why } = gone
  const call = locked.state.call
  if (call?.id !== row.id || !call.seats[seat]?.present) return
  // Nobody has accepted it yet: who prepared for it was not there.
  if (seat === 'agent' && call.phase === 'asking' && locked.state.phase.name !== 'active') return
  await append(trx, d.bus, locked, [
    { actor: system, body: event('sideLeft', { callId: row.id, seat, why }) },
  ])
  const since = goneSinceOf(row, seat) ?? new Date(locked.now)
  await changeSeat(trx, { callId: row.id, seatId: seat }, { gone_since: since })
}
