/** Calls whose media died get new rooms from their wanted state; what ended while we were away is closed. */
import { append, event, system } from '../conversation/conversation.log.ts'
import { endCallInside } from './call.end.ts'
import type { SeatId } from '../conversation/conversation.ts'
import type { MediaGreeting } from '../contract/shared-requests.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { sql } from 'kysely'
import { passOn } from './call.pass-on.ts'
import { leaveSeat } from './call.seats.ts'
import {
  type CallRow,
  changeCall,
  changeSeat,
  findCall,
  goneSinceOf,
  lockCall,
  openCalls,
  type SeatRow,
  takenSeats,
} from './call.store.ts'
import { applyCall, greeting, type MediaDeps, seatGone } from './media.service.ts'
import { eachByItself } from '../storage/each.ts'

export type RecoveryDeps = MediaDeps & {
  /** Tells the tab that holds a seat where the media is now. */
  pushMoved(tab: string, greeting: MediaGreeting): void
}

/**
 * Gives a call new seats on a live worker. Of several servers that notice, the one whose transaction finds the old
 * epochs wins; the rest find nothing to do. `from`: the boot on which the room was lost; `rev`: only while it is so.
 */
export async function recoverCall(
  d: MediaDeps & Partial<Pick<RecoveryDeps, 'pushMoved'>>,
  callId: string,
  { from, why, rev }: { from: string; why: string; rev?: number },
): Promise<void> {
  const bootId = d.node.bootId()
  if (!bootId) return
  const row = await inTransaction(d.db, async (trx) => {
    const { locked, row } = await lockCall(trx, callId)
    if (row.ended_at || row.boot_id !== from || (rev !== undefined && row.rev !== rev)) return null
    const call = locked.state.call
    if (call?.id !== callId) return null
    const epoch = row.media_epoch + 1
    const moved = event('mediaMoved', { callId, epoch, why })
    if (call.phase === 'connected') await append(trx, d.bus, locked, [{ actor: system, body: moved }])
    for (const seat of takenSeats(row))
      await changeSeat(trx, { callId, seatId: seat.seat_id }, { epoch: seat.epoch + 1 })
    return await changeCall(trx, d.bus, callId, { media_epoch: epoch, boot_id: bootId })
  })
  if (!row) return
  await applyCall(d, callId)
  await Promise.all(takenSeats(row).map((seat) => move(d, row, seat)))
}

async function move(d: MediaDeps & Partial<Pick<RecoveryDeps, 'pushMoved'>>, row: CallRow, seat: SeatRow) {
  if (seat.holder) d.pushMoved?.(seat.holder, await greeting(d, row, seat.seat_id))
}

/** A seat that another one's holder has now: their browser goes there as to a rebuilt one. */
export async function tellMoved(d: RecoveryDeps, callId: string, seatId: SeatId): Promise<void> {
  await applyCall(d, callId)
  const row = await findCall(d.db, callId)
  const seat = row?.seats.find((one) => one.seat_id === seatId)
  if (row && seat && !row.ended_at) await move(d, row, seat)
}

/** After every (re)connection to the node: both agree, or the boot changed, or a room nobody wants any more. */
export async function reconcile(d: RecoveryDeps, bootId: string): Promise<void> {
  const calls = (await openCalls(d.db)).filter((row) => takenSeats(row).length > 0)
  const inventory = await d.node.request('inventory', {})
  const there = new Map(inventory.rooms.map((room) => [room.roomId, room]))
  const work = calls.map((row) => async () => {
    if (row.boot_id === bootId && there.has(row.id)) await applyCall(d, row.id)
    else if (row.boot_id === bootId)
      // Changed since: its room is being made by whoever changed it.
      await recoverCall(d, row.id, { from: bootId, why: 'roomLost', rev: row.rev })
    else if (row.boot_id) await recoverCall(d, row.id, { from: row.boot_id, why: 'nodeRestarted' })
  })
  const wanted = new Set(calls.map((row) => row.id))
  for (const roomId of there.keys()) {
    if (wanted.has(roomId)) continue
    work.push(async () => {
      // Only what we know to be over is closed: an unknown room may be another server's, just being made.
      const row = await findCall(d.db, roomId)
      if (row?.ended_at) await applyCall(d, roomId)
    })
  }
  await eachByItself(work, (one) => one(), AT_ONCE)
}

const AT_ONCE = 8

/** Shorter absences are nobody's business: a reconnection, or a hang-up whose word is still on its way. ms. */
const UNTOLD_MS = 2_000

/** Tells of seats left empty, and ends what was left too long: the call, or the seat. Flowing media is being there. */
export async function expireSeats(d: MediaDeps): Promise<void> {
  const absences = (await absentSeats(d)).filter((one) => one.goneMs > UNTOLD_MS)
  if (absences.length === 0) return
  const flowing = await connectedSeats(d)
  await eachByItself(absences, async ({ goneMs, ...place }) => {
    const limit = place.seatId === 'agent' ? d.config.agentGoneInCallMs : d.config.seatHoldMs
    if (flowing.has(`${place.callId}/${place.seatId}`)) await keepGrace(d, place)
    else if (goneMs > limit) await endLost(d, place, limit)
    else await tellLost(d, place)
  })
}

type Place = { callId: string; seatId: SeatId }

async function absentSeats(d: MediaDeps): Promise<(Place & { goneMs: number })[]> {
  return await d.db
    .selectFrom('call_seat')
    .innerJoin('call', 'call.id', 'call_seat.call_id')
    .select(['call_id as callId', 'seat_id as seatId'])
    .select(sql<number>`extract(epoch from clock_timestamp() - gone_since)::float8 * 1000`.as('goneMs'))
    .where('call.ended_at', 'is', null)
    .where('left_at', 'is', null)
    .where('gone_since', 'is not', null)
    .execute()
}

async function connectedSeats(d: MediaDeps): Promise<Set<string>> {
  const { rooms } = await d.node.request('inventory', {})
  const seats = rooms.flatMap((room) => room.seats.map((seat) => ({ roomId: room.roomId, ...seat })))
  return new Set(seats.filter((seat) => seat.connected).map((seat) => `${seat.roomId}/${seat.id}`))
}

/** Whose sound flows is here: the time allowed for being away begins when it stops. */
async function keepGrace(d: MediaDeps, { callId, seatId }: Place): Promise<void> {
  await d.db
    .updateTable('call_seat')
    .set({ gone_since: sql<Date>`clock_timestamp()` })
    .where('call_id', '=', callId)
    .where('seat_id', '=', seatId)
    .where('gone_since', 'is not', null)
    .execute()
}

async function tellLost(d: MediaDeps, { callId, seatId: seat }: Place): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const { locked, row } = await lockCall(trx, callId)
    if (row.ended_at || goneSinceOf(row, seat) === null) return
    await seatGone(trx, d, { locked, row, seat, why: 'connectionLost' })
  })
}

/** A call lives by its two sides, or by a colleague instead of its agent; a further seat is left for whoever does not come back to it. */
async function endLost(d: MediaDeps, { callId, seatId }: Place, limitMs: number): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const { locked, row } = await lockCall(trx, callId)
    if (row.ended_at || locked.state.call?.id !== callId) return
    // They may have come back since we looked.
    const since = goneSinceOf(row, seatId)
    if (since === null || locked.now - since.getTime() <= limitMs) return
    if (seatId !== 'visitor' && seatId !== 'agent') return void (await leaveSeat(trx, d, locked, seatId))
    if (seatId === 'agent' && (await passOn(trx, d, locked, system))) return
    await endCallInside(trx, d, locked, { reason: 'connectionLost', by: 'system' })
  })
}

/** At our start no tab has a socket yet, and our own absence is not held against anyone: all graces start now. */
export async function everySeatGone(db: MediaDeps['db'] | Transaction): Promise<void> {
  await db
    .updateTable('call_seat')
    .set({ gone_since: sql<Date>`clock_timestamp()` })
    .where('holder', 'is not', null)
    .where('left_at', 'is', null)
    .execute()
}

/** A holder's socket is gone. Only noted: sound may flow on, and the tab may be back at once. */
export async function noteSocketGone(d: MediaDeps, tab: string): Promise<void> {
  await d.db
    .updateTable('call_seat')
    .set({ gone_since: sql<Date>`clock_timestamp()` })
    .where('holder', '=', tab)
    .where('left_at', 'is', null)
    .where('gone_since', 'is', null)
    .execute()
}
