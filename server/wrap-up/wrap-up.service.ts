/** Finishing what has ended: by the agent, or when the time is over. */
import type { StaffCaller } from '../caller/caller.ts'
import { listConfiguration } from '../configuration/configuration.store.ts'
import { AppError } from '../contract/errors.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import { actorOf } from '../conversation/conversation.policy.ts'
import { type Locked, lockConversation } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { inTransaction, onCommit, type Transaction } from '../storage/database.ts'
import { close } from './wrap-up.close.ts'
import { assertFilled, type Filled, mayBeSkipped, pathOf } from './wrap-up.policy.ts'
import { dueWrapUps, findWrapUp, type OpenWrapUp, told, wasExtended, wrapUpsOf } from './wrap-up.store.ts'
import { eachByItself } from '../storage/each.ts'

type D = Pick<Deps, 'db' | 'bus'>

/**
 * The agent is done: with a disposition, a note, both, or, where nothing is required, neither. One that is over is no error.
 * Throws `badInput` when something required is missing.
 */
export async function finishWrapUp(
  d: D,
  caller: StaffCaller,
  { conversationId, ...filled }: Filled & { conversationId: string },
): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    // Looked for before anything is locked: of what is not theirs nobody learns whether it exists.
    const open = await findWrapUp(trx, { conversationId, personId: caller.personId })
    if (!open) return
    assertFilled(open, filled)
    const locked = await lockConversation(trx, conversationId)
    const actor = actorOf(caller)
    const text = filled.note.trim()
    const entries: Entry[] = text ? [{ actor, body: event('note', { text }) }] : []
    if (filled.dispositionId !== null)
      entries.push({ actor, body: await disposed(trx, caller, filled.dispositionId) })
    const how = entries.length > 0 ? 'done' : 'skipped'
    const { dispositionId } = filled
    await close(trx, d, { locked, open, how, dispositionId, entries, actor })
  })
}

async function disposed(trx: Transaction, { personId, name }: StaffCaller, dispositionId: string) {
  const names = pathOf(await listConfiguration(trx, 'disposition'), dispositionId)
  if (!names) throw new AppError('badInput', 'There is no such disposition')
  return event('disposed', { agentId: personId, name, dispositionId, names })
}

/** More time, once, as the queue allows; asked again, that is the answer again. Throws `conflict` when it does not, or the time is over. */
export async function extendWrapUp(
  d: D,
  caller: StaffCaller,
  { conversationId }: { conversationId: string },
): Promise<{ deadline: number }> {
  return await inTransaction(d.db, async (trx) => {
    const found = await lockOpen(trx, { conversationId, personId: caller.personId })
    const { extensionMs = null } = found?.open ?? {}
    if (found && extensionMs === null && (await wasExtended(trx, found.open)))
      return { deadline: found.open.deadline }
    if (!found || extensionMs === null) throw new AppError('conflict', 'There is no more time')
    const { locked, open } = found
    const deadline = open.deadline + extensionMs
    await trx
      .updateTable('wrap_up')
      .set({ deadline_at: new Date(deadline), extension_ms: null })
      .where('id', '=', open.id)
      .execute()
    const body = event('wrapUpExtended', { agentId: caller.personId, name: caller.name, deadline })
    await append(trx, d.bus, locked, [{ actor: actorOf(caller), body }])
    const wrapUp = told({ ...open, deadline, extensionMs: null })
    onCommit(trx, () => d.bus.emit('wrapUp', { personId: caller.personId, wrapUp }))
    return { deadline }
  })
}

/** Going on before they are finished, where nothing is required. Throws `conflict` where something is. */
export async function skipWrapUps(d: D, caller: StaffCaller): Promise<void> {
  const open = (await wrapUpsOf(d.db, caller.personId)).filter(({ timed }) => timed)
  if (!open.every(mayBeSkipped)) throw new AppError('conflict', 'Finish the wrap-up first')
  for (const { conversationId } of open)
    await finishWrapUp(d, caller, { conversationId, dispositionId: null, note: '' })
}

/** Those whose time is over. Answers how many. */
export async function expireWrapUps(d: D): Promise<number> {
  const due = await dueWrapUps(d.db)
  await eachByItself(due, async (open) => {
    await inTransaction(d.db, async (trx) => {
      const locked = await lockConversation(trx, open.conversationId)
      const over = { how: 'timedOut', dispositionId: null, entries: [], actor: system } as const
      await close(trx, d, { locked, open, ...over })
    })
  })
  return due.length
}

async function lockOpen(
  trx: Transaction,
  whose: { conversationId: string; personId: string },
): Promise<{ locked: Locked; open: OpenWrapUp } | null> {
  // Looked for before anything is locked: of what is not theirs nobody learns whether it exists.
  if (!(await findWrapUp(trx, whose))) return null
  const locked = await lockConversation(trx, whose.conversationId)
  const open = await findWrapUp(trx, whose)
  return open ? { locked, open } : null
}
