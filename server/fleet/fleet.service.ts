/** Several servers may run over one database: each speaks for those who are connected to it, and the living for the dead. */
import { everybodyGone } from '../agent/presence.service.ts'
import { everySeatGone } from '../call/recovery.service.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { everyVisitorGone } from '../waiting/absence.store.ts'
import { noteCallbacksHere } from '../waiting/callback.store.ts'
import { beat, leaveSlot, livingBeside, markLost, removeDead, takeSlot } from './fleet.store.ts'

export type Self = { id: string; slot: string }

/**
 * At our start nobody has a socket yet. If nobody else runs, our own absence is not held against anyone: all graces start now. Else
 * only those are gone who were connected to a server that is no more.
 */
export async function join(db: Database, self: Self): Promise<void> {
  await inTransaction(db, async (trx) => {
    await takeSlot(trx, self)
    await removeDead(trx)
    if ((await livingBeside(trx, self.id)).length === 0) {
      await everybodyGone(trx)
      await everySeatGone(trx)
      await everyVisitorGone(trx)
    } else await markLost(trx)
    await noteCallbacksHere(trx)
  })
}

/** We live; whoever does not is spoken for. */
export async function stay(db: Database, self: Self): Promise<void> {
  if (!(await beat(db, self.id))) await inTransaction(db, (trx) => takeSlot(trx, self))
  await inTransaction(db, async (trx) => {
    if ((await removeDead(trx)) === 0) return
    await markLost(trx)
    await noteCallbacksHere(trx)
  })
}

/** An end in order: those who were here are gone. */
export async function leaveFleet(db: Database, self: Self): Promise<void> {
  await inTransaction(db, async (trx) => {
    await leaveSlot(trx, self.id)
    await markLost(trx)
    await noteCallbacksHere(trx)
  })
}
