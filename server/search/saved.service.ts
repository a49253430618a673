/** Searches kept under a name: one's own, and those that are everybody's who may replay. */
import { writeAudit } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import { MOST_SAVED, type SavedSearchInput } from '../contract/finder.ts'
import { may } from '../permission/permission.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { countSaved, deleteSaved, isPerson, lockSaved, type SavedRow, writeSaved } from './saved.store.ts'

type D = { db: Database }

/**
 * Creates or changes one of one's own, or gives a shared one that was removed back to its owner. Throws `notAllowed` to share,
 * `conflict` for too many, a taken id or an owner who has gone.
 */
export async function saveSearch(
  { db }: D,
  caller: StaffCaller,
  id: string,
  input: SavedSearchInput,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const known = await lockSaved(trx, id)
    const mayShare = may(caller.role, 'shareSearches')
    if (input.shared && !mayShare) throw new AppError('notAllowed', 'Your role does not allow this')
    const personId = input.ownerId ?? caller.personId
    // What is not everybody's is nobody's to give, and what is there is its owner's to change.
    if (personId !== caller.personId && (!input.shared || known))
      throw new AppError('notAllowed', 'It is not yours')
    if (!(await isPerson(trx, personId))) throw new AppError('conflict', 'Its owner has gone')
    if (!known && (await countSaved(trx, personId)) >= MOST_SAVED)
      throw new AppError('conflict', 'You have as many as you can keep')
    if (!(await writeSaved(trx, { ...input, id, personId })))
      throw new AppError('conflict', 'The id is taken')
    await noteShared(trx, caller, id, known, input)
  })
}

/** What is everybody's is in the audit log. */
async function noteShared(
  trx: Transaction,
  caller: StaffCaller,
  id: string,
  before: SavedRow | null,
  after: { name: string; shared: boolean } | null,
): Promise<void> {
  if (!before?.shared && !after?.shared) return
  const body = (one: { name: string; shared: boolean } | null) =>
    one && { name: one.name, shared: one.shared }
  const action = before === null ? 'created' : after === null ? 'removed' : 'changed'
  const of = { action, kind: 'search', subjectId: id } as const
  await writeAudit(trx, caller, [{ ...of, before: body(before), after: body(after) }])
}

/** One's own, or a shared one by those who may share. One that is not there, or not in sight, is no error. */
export async function forgetSearch({ db }: D, caller: StaffCaller, id: string): Promise<void> {
  await inTransaction(db, async (trx) => {
    const known = await lockSaved(trx, id)
    if (!known) return
    const shares = known.shared && may(caller.role, 'shareSearches')
    if (known.personId === caller.personId || shares) {
      await deleteSaved(trx, id)
      return await noteShared(trx, caller, id, known, null)
    }
    if (known.shared) throw new AppError('notAllowed', 'Your role does not allow this')
  })
}
