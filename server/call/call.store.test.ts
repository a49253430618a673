import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { inTransaction } from '../storage/database.ts'
import { waitedFor } from '../storage/testing.ts'
import { type Calls, startCalls } from '../testing/calls.ts'
import { joinSeat, leaveSeat } from './call.seats.ts'
import { roomSpec } from './call.spec.ts'
import { changeSeat, findPlace, lockCall } from './call.store.ts'

let calls: Calls
beforeAll(async () => {
  calls = await startCalls()
})
afterAll(() => calls.stop())

it.each(['call_seat', 'conversation'])(
  'a consulted colleague who leaves while a call is read is never one whom the visitor hears (%s)',
  async (table) => {
    const { db } = calls.d
    const talk = await calls.ask()
    await talk.accept()
    const { callId } = talk
    const { id: personId, name } = (await calls.app.staff('Amir')).session.person
    const { seat } = await inTransaction(db, async (trx) => {
      const { locked } = await lockCall(trx, callId)
      return await joinSeat(trx, calls.d, locked, { callId, kind: 'agent', name, personId, aside: true })
    })
    for (const seatId of ['visitor', 'agent', seat]) await changeSeat(db, { callId, seatId }, { epoch: 1 })
    const { reading } = await inTransaction(db, async (trx) => {
      const { locked } = await lockCall(trx, callId)
      await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(trx)
      const reading = findPlace(db, callId)
      // Whatever it reads before this table it has read.
      await waitedFor(trx)
      await leaveSeat(trx, calls.d, locked, seat)
      return { reading }
    })
    const place = await reading
    if (!place?.state.call) throw new Error('no call')
    const { seats } = roomSpec(place.state.call, place.row)
    expect(seats.find(({ id }) => id === 'visitor')?.hears).toEqual(['agent'])
    expect(seats.map(({ id }) => id).toSorted()).toEqual(['agent', 'visitor'])
    expect(place.row.rev).toBe((await talk.row()).rev)
    expect(place.row.seats[0]?.joined_at).toEqual((await talk.seat('visitor')).joined_at)
  },
)
