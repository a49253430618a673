/** One person's day: for themselves, and for whoever may set others' status. */
import type { StaffCaller } from '../caller/caller.ts'
import type { Day } from '../contract/day.ts'
import { AppError } from '../contract/errors.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { tellDay } from './day.policy.ts'
import { readDay } from './day.store.ts'
import { assertReadsStatuses } from './status.service.ts'

/** A day on which clocks go back is one hour longer; rounding may take another. */
const LONGEST_MS = 26 * 3_600_000

/** Throws `notAllowed` for whom it does not concern, `notFound` when there is nobody of that id, `badInput` for more than a day. */
export async function personsDay(
  { db }: Pick<Deps, 'db'>,
  caller: StaffCaller,
  query: { personId: string; from: number; to: number },
): Promise<Day> {
  const { personId, from, to } = query
  assertReadsStatuses(caller, personId)
  if (to <= from || to - from > LONGEST_MS) throw new AppError('badInput', 'That is not one day')
  const read = await readDay(db, query)
  if (!read) throw new AppError('notFound', 'Not found')
  const now = await clockOf(db)
  return {
    person: { id: personId, name: read.name },
    from,
    to,
    now,
    ...tellDay(read.material, { from, to, now }),
  }
}
