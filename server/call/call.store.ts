import { type Selectable, sql, type Updateable } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Bus } from '../bus.ts'
import { AppError } from '../contract/errors.ts'
import type { ConversationState, SeatId } from '../conversation/conversation.ts'
import { type Locked, lockConversation } from '../conversation/conversation.store.ts'
import { type Database, onCommit, type Transaction } from '../storage/database.ts'
import type { Call, CallSeat } from '../storage/database.generated.ts'

export type SeatRow = Selectable<CallSeat>
/** A call and the seats in it; those that were left are not among them. */
export type CallRow = Selectable<Call> & { seats: readonly SeatRow[] }

export async function findCall(db: Database | Transaction, callId: string): Promise<CallRow | null> {
  const calls = await db.selectFrom('call').selectAll().where('id', '=', callId).execute()
  const [call] = await withSeats(db, calls)
  return call ?? null
}

/** Calls that run or are being asked for. */
export async function openCalls(db: Database): Promise<CallRow[]> {
  return await withSeats(db, await db.selectFrom('call').selectAll().where('ended_at', 'is', null).execute())
}

async function withSeats(db: Database | Transaction, calls: Selectable<Call>[]): Promise<CallRow[]> {
  if (calls.length === 0) return []
  const ids = calls.map((call) => call.id)
  const seats = await db
    .selectFrom('call_seat')
    .selectAll()
    .where('call_id', 'in', ids)
    .where('left_at', 'is', null)
    .orderBy('joined_at')
    .execute()
  const of = Map.groupBy(seats, (seat) => seat.call_id)
  return calls.map((call) => ({ ...call, seats: of.get(call.id) ?? [] }))
}

/**
 * A call and its conversation, as they are without a lock. In one statement: who has just left a consultation is in neither the seats nor
 * the state, or still in both, and never one who sits there and hears the visitor.
 */
export async function findPlace(
  db: Database | Transaction,
  callId: string,
): Promise<{ row: CallRow; state: ConversationState; visitorId: string } | null> {
  const found = await db
    .selectFrom('call')
    .innerJoin('conversation', 'conversation.id', 'call.conversation_id')
    .selectAll('call')
    .select(['conversation.state', 'conversation.visitor_id'])
    .select((e) =>
      jsonArrayFrom(
        e
          .selectFrom('call_seat')
          .selectAll('call_seat')
          .whereRef('call_seat.call_id', '=', 'call.id')
          .where('call_seat.left_at', 'is', null)
          .orderBy('call_seat.joined_at'),
      ).as('seats'),
    )
    .where('call.id', '=', callId)
    .executeTakeFirst()
  if (!found) return null
  const { state, visitor_id: visitorId, seats, ...call } = found
  return {
    row: { ...call, seats: seats.map(toSeat) },
    state: state as unknown as ConversationState,
    visitorId,
  }
}

/** A row that came as JSON: its times are text. */
const toSeat = ({ joined_at: joined, gone_since: gone, ...seat }: AsJson<SeatRow>): SeatRow => ({
  ...seat,
  joined_at: new Date(joined),
  gone_since: gone === null ? null : new Date(gone),
  left_at: null,
})

type AsJson<T> = {
  [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K]
}

/** Locks the call's conversation (the one lock of both) and reads the rows under it. */
export async function lockCall(trx: Transaction, callId: string): Promise<{ locked: Locked; row: CallRow }> {
  const conversation = trx.selectFrom('call').select('conversation_id').where('id', '=', callId).$asScalar()
  const locked = await lockConversation(trx, conversation)
  const row = await findCall(trx, callId)
  if (!row) throw new AppError('notFound', 'Not found')
  return { locked, row }
}

/** Changes the row and raises `rev`, so that the media node is told after the commit and older orders die. */
export async function changeCall(
  trx: Transaction,
  bus: Bus,
  callId: string,
  set: Updateable<Call> = {},
): Promise<CallRow> {
  const changed = await trx
    .updateTable('call')
    .set({ ...set, rev: sql<number>`rev + 1` })
    .where('id', '=', callId)
    .returningAll()
    .execute()
  const [row] = await withSeats(trx, changed)
  if (!row) throw new AppError('notFound', 'Not found')
  onCommit(trx, () => bus.emit('callChanged', { callId }))
  return row
}

const seatIn = (row: CallRow, seatId: SeatId) => row.seats.find((seat) => seat.seat_id === seatId)
export const holderOf = (row: CallRow, seatId: SeatId) => seatIn(row, seatId)?.holder ?? null
/** 0: never sat down in, or not a seat of this call. */
export const epochOf = (row: CallRow, seatId: SeatId) => seatIn(row, seatId)?.epoch ?? 0
/** The tab in the seat, unless the seat has been rebuilt since. */
export const holderAt = (row: CallRow, { seatId, epoch }: { seatId: SeatId; epoch: number }) =>
  epochOf(row, seatId) === epoch ? holderOf(row, seatId) : null
export const goneSinceOf = (row: CallRow, seatId: SeatId) => seatIn(row, seatId)?.gone_since ?? null
/** Those somebody has sat down in: the media node knows only these. */
export const takenSeats = (row: Pick<CallRow, 'seats'>): SeatRow[] =>
  row.seats.filter((seat) => seat.epoch > 0)

export async function changeSeat(
  trx: Database | Transaction,
  { callId, seatId }: { callId: string; seatId: SeatId },
  set: Partial<Pick<SeatRow, 'epoch' | 'holder' | 'gone_since' | 'left_at' | 'mode'>>,
): Promise<void> {
  await trx
    .updateTable('call_seat')
    .set(set)
    .where('call_id', '=', callId)
    .where('seat_id', '=', seatId)
    .execute()
}

/** The call is over for everybody. */
export async function leaveAll(trx: Transaction, callId: string, now: number): Promise<void> {
  await trx
    .updateTable('call_seat')
    .set({ left_at: new Date(now) })
    .where('call_id', '=', callId)
    .where('left_at', 'is', null)
    .execute()
}

type NewSeat = Pick<SeatRow, 'seat_id' | 'kind'> &
  Partial<Pick<SeatRow, 'person_id' | 'name' | 'mode' | 'gone_since'>>

export async function insertSeats(
  trx: Transaction,
  callId: string,
  seats: NewSeat[],
  now: number,
): Promise<void> {
  const rows = seats.map((seat) => ({ ...seat, call_id: callId, joined_at: new Date(now) }))
  await trx.insertInto('call_seat').values(rows).execute()
}

/** Of all seats that the call has ever had. */
export async function highestEpoch(trx: Transaction, callId: string): Promise<number> {
  const { epoch } = await trx
    .selectFrom('call_seat')
    .select((e) => e.fn.coalesce(e.fn.max('epoch'), e.lit(0)).as('epoch'))
    .where('call_id', '=', callId)
    .executeTakeFirstOrThrow()
  return epoch
}
