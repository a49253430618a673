/** One person's day: for themselves, and for whoever may set others' status. */
import { isAll, verdictOf } from '../access/access.policy.ts'
import { accessOf } from '../access/access.service.ts'
import { factsFor } from '../access/access.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { Day } from '../contract/day.ts'
import { AppError } from '../contract/errors.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { assertOneDay, tellDay } from './day.policy.ts'
import type { Database } from '../storage/database.ts'
import { endedOf, readDay } from './day.store.ts'
import { assertReadsStatuses } from './status.service.ts'

/** Throws `notAllowed` for whom it does not concern, `notFound` when there is nobody of that id, `badInput` for more than a day. */
export async function personsDay(
  { db }: Pick<Deps, 'db'>,
  caller: StaffCaller,
  query: { personId: string; from: number; to: number },
): Promise<Day> {
  const { personId, from, to } = query
  assertReadsStatuses(caller, personId)
  assertOneDay(query)
  const read = await readDay(db, query)
  if (!read) throw new AppError('notFound', 'Not found')
  const now = await clockOf(db)
  return {
    person: { id: personId, name: read.name },
    from,
    to,
    now,
    ...(await veiled(db, caller, { personId, told: tellDay(read.material, { from, to, now }) })),
  }
}

type Told = ReturnType<typeof tellDay>

/** Without whose those conversations were that are over and that the reader may not hear: how long they took is all that is told. */
async function veiled(
  db: Database,
  caller: StaffCaller,
  { personId, told }: { personId: string; told: Told },
): Promise<Pick<Day, keyof Told>> {
  const access = await accessOf(db, caller)
  if (caller.personId === personId || isAll(access, 'ask')) return told
  const talks = [...told.conversations, ...told.calls].flatMap(({ conversationId }) => conversationId ?? [])
  const facts = await factsFor(db, talks, caller.personId)
  const over = await endedOf(db, talks)
  const isVeiled = ({ conversationId: id }: { conversationId: string | null }) => {
    const known = id === null ? undefined : facts.get(id)
    return id !== null && over.has(id) && (known === undefined || verdictOf(access, known) === 'no')
  }
  const nobody = { conversationId: null, visitorName: null }
  return {
    ...told,
    conversations: told.conversations.map((one) => (isVeiled(one) ? { ...one, ...nobody } : one)),
    calls: told.calls.map((one) => (isVeiled(one) ? { ...one, ...nobody } : one)),
  }
}
