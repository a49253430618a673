/** Access in SQL: the same decision as `access.policy.ts`, for one conversation and for many. */
import { type RawBuilder, sql } from 'kysely'
import type { Database, Transaction } from '../storage/database.ts'
import { type Access, type AccessFacts, isAll, type Term } from './access.policy.ts'

/** Whether somebody holds a grant for conversation `c` that has not run out by the database's clock. */
const granted = (personId: string) => sql<boolean>`exists (select 1 from replay_request r
  where r.conversation_id = c.id and r.person_id = ${personId}::uuid and r.state = 'granted'
    and r.until > clock_timestamp())`

/** By id; what is not there is left out. One statement in either case, so that one takes as long as the other. */
export async function factsFor(
  db: Database | Transaction,
  ids: readonly string[],
  personId: string,
): Promise<Map<string, AccessFacts>> {
  const rows = await db
    .selectFrom('conversation as c')
    .select(['c.id', 'c.queue_ids', 'c.agent_ids', 'c.sensitivity', granted(personId).as('granted')])
    .where('c.id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
  return new Map(
    rows.map(({ id, queue_ids: queues, agent_ids: agents, sensitivity: byHand, granted: has }) => [
      id,
      { queues, agents, byHand, granted: has },
    ]),
  )
}

type Condition = RawBuilder<boolean>
const anyOf = (all: readonly Condition[]): Condition =>
  all.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(all, sql` or `)})`

/** That conversation `c` has at most this rank. */
function atMost({ ranks }: Access, rank: number): Condition {
  if (rank < 0) return sql<boolean>`false`
  const above = [...ranks].flatMap(([id, its]) => (its > rank ? [id] : []))
  return sql<boolean>`(case when c.sensitivity is null then not c.queue_ids && ${above}::uuid[]
    else c.sensitivity <= ${rank} end)`
}

const theirs = ({ agents, queues }: Term): Condition[] => [
  ...(agents === null ? [] : [sql<boolean>`c.agent_ids && ${agents}::uuid[]`]),
  ...(queues === null ? [] : [sql<boolean>`c.queue_ids && ${queues}::uuid[]`]),
]

const every = (all: readonly Condition[]): Condition => sql<boolean>`(${sql.join(all, sql` and `)})`

/**
 * Those that the person hears, or with `ask` also those that they may ask for, as a condition on the conversation whose id
 * stands in `id`. Null: all of them.
 */
export function heardBy(
  access: Access,
  { personId, level, id }: { personId: string; level: 'yes' | 'ask'; id: string },
): Condition | null {
  if (isAll(access, level)) return null
  const covered = access.terms.map((term) => every([atMost(access, term.upTo), ...theirs(term)]))
  const free = access.terms.map((term) =>
    every([
      atMost(access, Math.min(term.upTo, term.askFrom - 1)),
      ...theirs(term),
      sql<boolean>`not c.queue_ids && ${access.asking}::uuid[]`,
    ]),
  )
  const heard =
    level === 'ask' ? anyOf(covered) : anyOf([...free, every([anyOf(covered), granted(personId)])])
  return sql<boolean>`exists (select 1 from conversation c where c.id = ${sql.ref(id)} and ${heard} offset 0)`
}
