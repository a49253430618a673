/** Changing who somebody is: their role, their login, and whether they may come in at all. */
import { isDeepStrictEqual } from 'node:util'
import { writeAudit } from '../audit/audit.store.ts'
import type { AuthEvents } from '../auth/auth-events.ts'
import { revokeOthers } from '../auth/session.store.ts'
import { leaveSeatsOf } from '../call/call.leave.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { holdOff } from '../configuration/configuration.store.ts'
import { AppError, type FailureDetail } from '../contract/errors.ts'
import type { PersonBody } from '../contract/http.ts'
import type { Deps } from '../deps.ts'
import { may, type Permission } from '../permission/permission.ts'
import { handOver } from '../sampling/handover.service.ts'
import { inTransaction, onCommit, type Transaction } from '../storage/database.ts'
import { addInside, bodyOf, loginTaken, mayManage, personChange } from './person.service.ts'
import {
  deleteLinksOf,
  findPerson,
  hasOtherAdmin,
  normalLogin,
  type StoredPerson,
  updatePerson,
} from './person.store.ts'
import { leave } from './presence.service.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config'> & Pick<AuthEvents, 'onSignedOut'> & { now: () => Date }

/**
 * Adds (`version` 0) or changes a person. The same again is answered as before. Throws `notFound`, `notAllowed` for whom or what
 * the caller may not manage, and `conflict` for a login that is taken, an outdated version, the last administrator, or oneself.
 */
export async function savePerson(
  d: D,
  caller: StaffCaller,
  { id, version, body: given }: { id: string; version: number; body: PersonBody },
): Promise<StoredPerson> {
  const body = { ...given, login: normalLogin(given.login) }
  const { after, ends } = await inTransaction(d.db, async (trx) => {
    await holdOff(trx)
    const before = await findPerson(trx, id)
    if (!before && version > 0) throw new AppError('notFound', 'No such person')
    const allowed = mayManage(caller.role, before?.role ?? body.role) && mayManage(caller.role, body.role)
    if (!allowed) throw new AppError('notAllowed', 'Your role does not allow this')
    if (!before) return { after: await addInside(trx, caller, { id, ...body }), ends: null }
    if (isDeepStrictEqual(bodyOf(before), body)) return { after: before, ends: null }
    await assertFits(trx, d, caller, { before, body, version })
    const after = await updatePerson(trx, id, body)
    if (!after) throw loginTaken()
    await writeAudit(trx, caller, [personChange('changed', before, after)])
    if (scores(before) && !scores(after)) await handOver(trx, d.bus, caller, id)
    return { after, ends: await takeEffect(trx, d, before, after) }
  })
  // Their conversations go back to the queue; should we die before, the time that gone agents have does the same.
  if (ends === 'work') await leave(d, id)
  if (ends === 'supervision') await leaveSeatsOf(d, id, 'supervisor')
  return after
}

const scores = ({ role, disabled }: StoredPerson): boolean => !disabled && may(role, 'score')

const conflict = (reason: FailureDetail['reason'], message: string, field?: string) =>
  new AppError('conflict', message, { detail: { reason, ...(field === undefined ? {} : { field }) } })

async function assertFits(
  trx: Transaction,
  d: D,
  caller: StaffCaller,
  { before, body, version }: { before: StoredPerson; body: PersonBody; version: number },
): Promise<void> {
  if (before.version !== version) throw conflict('version', 'Somebody else has changed it')
  if (body.disabled && before.id === caller.personId) {
    throw conflict('oneself', 'One cannot shut oneself out', 'disabled')
  }
  const wasAdmin = before.role === 'admin' && !before.disabled
  const staysAdmin = body.role === 'admin' && !body.disabled
  if (wasAdmin && !staysAdmin && !(await hasOtherAdmin(trx, before.id, d.config))) {
    const field = body.role === 'admin' ? 'disabled' : 'role'
    throw conflict('lastAdmin', 'Nobody else could administer Parley', field)
  }
}

/** Ends what the person may no longer do, and answers what is to end beyond that: their conversations, or their watching calls. */
async function takeEffect(
  trx: Transaction,
  d: D,
  before: StoredPerson,
  after: StoredPerson,
): Promise<'work' | 'supervision' | null> {
  const { id } = after
  if (after.disabled && !before.disabled) {
    await deleteLinksOf(trx, id)
    const ended = await revokeOthers(trx, 'person', id, null, d.now())
    onCommit(trx, () => d.onSignedOut(id, ended))
    return 'work'
  }
  if (after.role === before.role) return null
  onCommit(trx, () => d.bus.emit('roleChanged', { personId: id }))
  const loses = (what: Permission) => may(before.role, what) && !may(after.role, what)
  if (loses('serve')) return 'work'
  return loses('supervise') ? 'supervision' : null
}
