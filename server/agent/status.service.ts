/** Statuses that people choose, for themselves or as supervisors for others. */
import type { StaffCaller } from '../caller/caller.ts'
import { findConfiguration } from '../configuration/configuration.store.ts'
import type { ChosenStatus, Role, Standing, StatusChange } from '../contract/desk.ts'
import { AppError } from '../contract/errors.ts'
import type { Deps } from '../deps.ts'
import { may } from '../permission/permission.ts'
import { withdrawRings } from '../invitation/queue-consult.service.ts'
import { offersTo } from '../routing/offer.store.ts'
import { holdOffRouting } from '../routing/routing.store.ts'
import { withdrawOffer } from '../routing/routing.service.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { skipWrapUps } from '../wrap-up/wrap-up.service.ts'
import { type Setting, setStatus, standingOf, statusChanges } from './status.store.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config'>
type Choice = { status: ChosenStatus; reasonId?: string | undefined }

/**
 * Available again ends one's wrap-ups, where nothing is required of them; `conflict` where something is. Throws `badInput` for a reason that is not configured, or that is given for anything but being away.
 */
export async function chooseStatus(d: D, caller: StaffCaller, choice: Choice): Promise<Standing> {
  if (choice.status === 'available') await skipWrapUps(d, caller)
  return await choose(d, caller, caller.personId, choice)
}

/** Throws `notAllowed` for whom that is not for, `notFound` when there is nobody of that id who serves. */
export async function forceStatus(
  d: D,
  caller: StaffCaller,
  { personId, ...choice }: Choice & { personId: string },
): Promise<Standing> {
  if (!may(caller.role, 'forceStatus')) throw new AppError('notAllowed', 'Your role does not allow this')
  await assertServes(d, personId)
  return await choose(d, caller, personId, choice)
}

async function assertServes({ db }: Pick<D, 'db'>, personId: string): Promise<void> {
  const row = await db.selectFrom('person').select('role').where('id', '=', personId).executeTakeFirst()
  if (!row || !may(row.role as Role, 'serve')) throw new AppError('notFound', 'Not found')
}

async function choose(d: D, caller: StaffCaller, personId: string, choice: Choice): Promise<Standing> {
  const by = { id: caller.personId, name: caller.name }
  await put(d, personId, async (trx) => ({
    status: choice.status,
    reason: await reasonOf(trx, choice),
    by,
  }))
  const standing = await standingOf(d.db, personId)
  if (!standing) throw new AppError('notFound', 'Not found')
  return standing
}

async function reasonOf(trx: Transaction, { status, reasonId }: Choice) {
  if (reasonId === undefined) return null
  const found = status === 'away' ? await findConfiguration(trx, 'awayReason', reasonId) : null
  if (!found) throw new AppError('badInput', 'There is no such reason')
  return { id: found.id, name: found.body.name }
}

/** Offline by the system: signed out, or gone too long. `still`: whether that is so at this moment; else nothing changes. */
export const goOffline = (
  d: D,
  personId: string,
  still: (trx: Transaction) => Promise<boolean>,
): Promise<void> => put(d, personId, async (trx) => ((await still(trx)) ? { status: 'offline' } : null))

/**
 * No routing round sees the old status and acts on it after this: what a round before has offered is withdrawn, since nobody looks
 * at it any more and the visitor must not wait for it to run out.
 */
async function put(
  d: D,
  personId: string,
  make: (trx: Transaction) => Promise<Setting | null>,
): Promise<void> {
  const setting = await inTransaction(d.db, async (trx) => {
    await holdOffRouting(trx)
    const made = await make(trx)
    if (made) await setStatus(trx, d.bus, personId, made)
    return made
  })
  if (!setting || setting.status === 'available') return
  for (const { offerId } of await offersTo(d.db, personId)) await withdrawOffer(d, offerId, personId)
  await withdrawRings(d, personId)
}

const LONGEST_MS = 31 * 86_400_000

/** Throws `notAllowed` for whom it does not concern; one's own is everybody's to read. */
export function assertReadsStatuses(caller: StaffCaller, personId: string): void {
  if (caller.personId !== personId && !may(caller.role, 'forceStatus'))
    throw new AppError('notAllowed', 'Your role does not allow this')
}

/** Throws `notAllowed` for whom it does not concern, `badInput` for a span that is wrong or too long. */
export async function statusLog(
  { db }: Pick<D, 'db'>,
  caller: StaffCaller,
  query: { personId: string; from: number; to: number },
): Promise<StatusChange[]> {
  assertReadsStatuses(caller, query.personId)
  if (query.to < query.from || query.to - query.from > LONGEST_MS)
    throw new AppError('badInput', 'The span is wrong or too long')
  return await statusChanges(db, query)
}
