/** Access in SQL: the same decision as `access.policy.ts`, for one conversation and for many. */
import { type RawBuilder, sql } from 'kysely'
import type { Database, Transaction } from '../storage/database.ts'
import { type Access, type AccessFacts, isAll, type Term } from './access.policy.ts'

/** Whether somebody holds a grant for the conversation of that id that has not run out by the database's clock. */
const granted = (personId: string, id: string) => sql<boolean>`exists (select 1 from replay_request r
  where r.conversation_id = ${sql.ref(id)} and r.person_id = ${personId}::uuid and r.state = 'granted'
    and r.until > clock_timestamp())`

/** By id; what is not there is left out. One statement in either case, so that one takes as long as the other. */
export async function factsFor(
  db: Database | Transaction,
  ids: readonly string[],
  personId: string,
): Promise<Map<string, AccessFacts>> {
  const rows = await db
    .selectFrom('conversation as c')
    .select(['c.id', 'c.queue_ids', 'c.agent_ids', 'c.sensitivity', 'c.phase'])
    .select(granted(personId, 'c.id').as('granted'))
    .where('c.id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
  return new Map(
    rows.map(({ id, queue_ids: queues, agent_ids: agents, sensitivity: byHand, phase, granted: has }) => [
      id,
      { queues, agents, byHand, over: phase === 'ended', granted: has },
    ]),
  )
}

type Condition = RawBuilder<boolean>
const anyOf = (all: readonly Condition[]): Condition =>
  all.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(all, sql` or `)})`
const every = (all: readonly Condition[]): Condition => sql<boolean>`(${sql.join(all, sql` and `)})`

/** A row of `conversation` in a statement, by the name that it goes by there. */
type Talk = { queues: RawBuilder<unknown>; agents: RawBuilder<unknown>; byHand: RawBuilder<unknown> }
const talkAs = (name: string): Talk => ({
  queues: sql.ref(`${name}.queue_ids`),
  agents: sql.ref(`${name}.agent_ids`),
  byHand: sql.ref(`${name}.sensitivity`),
})

/** That it has at most this rank. */
function atMost({ ranks }: Access, rank: number, { queues, byHand }: Talk): Condition {
  if (rank < 0) return sql<boolean>`false`
  const above = [...ranks].flatMap(([id, its]) => (its > rank ? [id] : []))
  return sql<boolean>`(case when ${byHand} is null then not ${queues} && ${above}::uuid[]
    else ${byHand} <= ${rank} end)`
}

const theirs = (term: Term, talk: Talk): Condition[] => [
  ...(term.agents === null ? [] : [sql<boolean>`${talk.agents} && ${term.agents}::uuid[]`]),
  ...(term.queues === null ? [] : [sql<boolean>`${talk.queues} && ${term.queues}::uuid[]`]),
]

/** Whose, and whether being able to ask for it is enough. */
type Asked = { personId: string; level: 'yes' | 'ask' }

/**
 * Those that the person hears, or with `ask` also those that they may ask for, as a condition on rows of `conversation` that go
 * by `talk` in the statement. Null: all of them.
 */
export function heardBy(access: Access, { personId, level }: Asked, talk: string): Condition | null {
  if (isAll(access, level)) return null
  const row = talkAs(talk)
  const over = access.overOnly ? [sql<boolean>`${sql.ref(`${talk}.phase`)} = 'ended'`] : []
  const covered = access.terms.map((term) =>
    every([...over, atMost(access, term.upTo, row), ...theirs(term, row)]),
  )
  if (level === 'ask') return anyOf(covered)
  const free = access.terms.map((term) =>
    every([
      ...over,
      atMost(access, Math.min(term.upTo, term.askFrom - 1), row),
      ...theirs(term, row),
      sql<boolean>`not ${row.queues} && ${access.asking}::uuid[]`,
    ]),
  )
  return anyOf([...free, every([anyOf(covered), granted(personId, `${talk}.id`)])])
}

/**
 * The same of many that are only named: a query for those of `ids`, itself a query, that they hear. All are looked up at once, in the
 * order of their index, which costs a fraction of asking it of each row that names one. Null: all of them.
 */
export function heardAmong(
  access: Access,
  asked: Asked,
  ids: RawBuilder<unknown>,
): RawBuilder<unknown> | null {
  const heard = heardBy(access, asked, 'heard')
  return (
    heard && sql`select heard.id from conversation heard where heard.id = any(array(${ids})) and ${heard}`
  )
}
