/** Pausing what is written of a call, for card data: by its agent, or by the visitor's page while a form is open. */
import { type Changer, writeDeed } from '../audit/audit.store.ts'
import { append, event, system } from '../conversation/conversation.log.ts'
import { actorOf, assertSpeaks } from '../conversation/conversation.policy.ts'
import { lockSeenCall } from '../conversation/sight.service.ts'
import type { Caller } from '../caller/caller.ts'
import { THE_VISITOR } from '../contract/configuration.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { usualRecording } from '../contract/site.ts'
import type { Deps } from '../deps.ts'
import { findSite } from '../site/site.store.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { presentCall } from '../call/call.policy.ts'
import { changeCall, lockCall } from '../call/call.store.ts'
import { endingHolds, holdOf, pauseNumber, type PauseWish } from './pause.policy.ts'
import { eachByItself } from '../storage/each.ts'

type D = Pick<Deps, 'db' | 'bus'>
type Wish = PauseWish & { callId: string }

/** Adds the caller's hold; harmless when it is there. The media node enforces it when `callChanged` reaches it. */
export async function pauseRecording(d: D, caller: Caller, wish: Wish): Promise<void> {
  const { callId } = wish
  await inTransaction(d.db, async (trx) => {
    const { locked } = await lockSeenCall(trx, callId, caller)
    assertSpeaks(locked.state, locked, caller)
    const call = presentCall(locked.state, callId)
    const { id: hold, why } = holdOf(caller, wish)
    const number = pauseNumber(call, hold)
    if (number === null) return
    const body = event('recordingPaused', { callId, number, hold, why })
    await append(trx, d.bus, locked, [{ actor: actorOf(caller), body }])
    const facts = { callId, number, hold, why }
    await writeDeed(trx, changerOf(caller), { action: 'pausedRecording', ...talk(locked), facts })
    const remind = call.pause ? {} : { remind_at: await remindAt(trx, locked.siteId, locked.now) }
    await changeCall(trx, d.bus, callId, remind)
  })
}

/** Ends the caller's hold, or of staff who say so everybody's; what is written begins again with the last one's end. */
export async function resumeRecording(d: D, caller: Caller, wish: Wish & { all?: boolean }): Promise<void> {
  const { callId } = wish
  await inTransaction(d.db, async (trx) => {
    const { locked } = await lockSeenCall(trx, callId, caller)
    assertSpeaks(locked.state, locked, caller)
    const { pause } = presentCall(locked.state, callId)
    const ending = endingHolds(pause, caller, wish)
    if (!pause || ending.length === 0) return
    const after = await append(
      trx,
      d.bus,
      locked,
      ending.map(({ id: hold, why }, index) => {
        const over = index + 1 === pause.holds.length
        const body = event('recordingResumed', { callId, hold, why, since: pause.since, over })
        return { actor: actorOf(caller), body }
      }),
    )
    for (const { id: hold, why } of ending) {
      const facts = { callId, number: pause.number, hold, why }
      await writeDeed(trx, changerOf(caller), { action: 'resumedRecording', ...talk(locked), facts })
    }
    const over = presentCall(after.state, callId).pause === undefined
    await changeCall(trx, d.bus, callId, over ? { remind_at: null } : {})
  })
}

const talk = ({ id }: Locked) => ({ kind: 'conversation', subjectId: id }) as const

/** A visitor has no name in the audit log: whose conversation it is, its entry says. */
const changerOf = (caller: Caller): Changer =>
  caller.kind === 'visitor' ? { personId: THE_VISITOR.id, name: '' } : caller

async function remindAt(db: Database | Transaction, siteId: string, now: number): Promise<Date> {
  const { remindMs } = (await findSite(db, siteId))?.recording ?? usualRecording
  return new Date(now + remindMs)
}

/** Pauses that seem to have been forgotten: their agent is told, and again after as long. */
export async function remindOfPauses(d: D): Promise<void> {
  const rows = await d.db
    .selectFrom('call')
    .select('id')
    .where('ended_at', 'is', null)
    .where('remind_at', '<=', (e) => e.fn<Date>('clock_timestamp', []))
    .execute()
  await eachByItself(rows, async ({ id: callId }) => {
    await inTransaction(d.db, async (trx) => {
      const { locked, row } = await lockCall(trx, callId)
      const { call } = locked.state
      if (row.ended_at || row.remind_at === null || row.remind_at.getTime() > locked.now) return
      const next = await remindAt(trx, locked.siteId, locked.now)
      await trx.updateTable('call').set({ remind_at: next }).where('id', '=', callId).execute()
      if (call?.id !== callId || !call.pause) return
      const body = event('pauseReminded', { callId, since: call.pause.since })
      await append(trx, d.bus, locked, [{ actor: system, body }])
    })
  })
}
