import { type RawBuilder, sql } from 'kysely'
import { branchesOf } from '../configuration/configuration.store.ts'
import { type SampledExample, SamplingBody, type SamplingRun } from '../contract/sampling.ts'
import { hasEvent, proof } from '../conversation/summary.store.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { ReviewAnswers } from '../contract/scorecard.ts'
import type { Period } from './sampling.policy.ts'

export type Run = Period & { ruleId: string; body: SamplingBody | null; after: string | null }

/** Where the rule's last period began; null: it has none yet. */
export async function lastPeriod(trx: Transaction, ruleId: string): Promise<Period | null> {
  const row = await trx
    .selectFrom('sampling_run')
    .select(['from_at', 'to_at'])
    .where('rule_id', '=', ruleId)
    .orderBy('from_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { from: row.from_at.getTime(), to: row.to_at.getTime() } : null
}

/** Harmless when it is there. */
export async function openPeriod(trx: Transaction, ruleId: string, { from, to }: Period): Promise<void> {
  await trx
    .insertInto('sampling_run')
    .values({ rule_id: ruleId, from_at: new Date(from), to_at: new Date(to) })
    .onConflict((clash) => clash.doNothing())
    .execute()
}

/** Takes nothing of its periods that are over by then. */
export async function passOver(trx: Transaction, ruleId: string, until: number): Promise<void> {
  await trx
    .updateTable('sampling_run')
    .set({ done_at: new Date(until) })
    .where('rule_id', '=', ruleId)
    .where('done_at', 'is', null)
    .where('to_at', '<=', new Date(until))
    .execute()
}

/** The rule's oldest period that is over and not done, held; null: there is none, or another server has it. */
export async function lockDueRun(trx: Transaction, ruleId: string, until: number): Promise<Run | null> {
  const row = await trx
    .selectFrom('sampling_run')
    .selectAll()
    .where('rule_id', '=', ruleId)
    .where('done_at', 'is', null)
    .where('to_at', '<=', new Date(until))
    .orderBy('from_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (!row) return null
  const body = row.body === null ? null : SamplingBody.parse(row.body)
  return { ruleId, from: row.from_at.getTime(), to: row.to_at.getTime(), body, after: row.after_id }
}

type Progress = { body: SamplingBody; after: string | null; taken: number; doneAt: number | null }

export async function saveRun(
  trx: Transaction,
  run: Run,
  { body, after, taken, doneAt }: Progress,
): Promise<void> {
  await trx
    .updateTable('sampling_run')
    .set({
      ...{ body: JSON.stringify(body), after_id: after, taken: sql<number>`taken + ${taken}` },
      done_at: doneAt === null ? null : new Date(doneAt),
    })
    .where('rule_id', '=', run.ruleId)
    .where('from_at', '=', new Date(run.from))
    .execute()
}

const MOST_RUNS = 30

export async function runsOf(db: Database, ruleId: string): Promise<SamplingRun[]> {
  const rows = await db
    .selectFrom('sampling_run')
    .selectAll()
    .where('rule_id', '=', ruleId)
    .orderBy('from_at', 'desc')
    .limit(MOST_RUNS)
    .execute()
  return rows.map((row) => ({
    ...{ from: row.from_at.getTime(), to: row.to_at.getTime(), taken: row.taken },
    doneAt: row.done_at?.getTime() ?? null,
  }))
}

/** What the rule asks of conversation `c`, but for the agent's team. */
function fits({ filter }: SamplingBody, { from, to }: Period): RawBuilder<boolean> {
  const { queues, dispositions, media, leastMs, leastMessages } = filter
  const asked = [
    sql`c.ended_at >= ${new Date(from)} and c.ended_at < ${new Date(to)}`,
    sql`extract(epoch from c.ended_at - c.created_at) * 1000 >= ${leastMs}`,
    sql`coalesce((c.state ->> 'messages')::int, 0) >= ${leastMessages}`,
  ]
  if (queues.length > 0) asked.push(sql`c.queue_id = any(${queues}::uuid[])`)
  if (dispositions.length > 0)
    asked.push(
      hasEvent(sql`e.type = 'disposed' and e.payload ->> 'dispositionId' in (${branchesOf(dispositions)})`),
    )
  if (media.length > 0) {
    const any = media.map((one) =>
      one === 'text' ? sql`not ${hasEvent(proof.voice)}` : hasEvent(proof[one]),
    )
    asked.push(sql`(${sql.join(any, sql` or `)})`)
  }
  return sql<boolean>`${sql.join(asked, sql` and `)}`
}

/** Who is of one of the teams that it asks for; an empty list: everybody. */
const ofTeam = ({ filter: { teams } }: SamplingBody, agent: RawBuilder<unknown>): RawBuilder<boolean> =>
  teams.length === 0
    ? sql<boolean>`true`
    : sql<boolean>`exists (select 1 from configuration f where f.kind = 'profile' and f.id = ${agent}
        and f.body ->> 'teamId' = any(${teams}::text[]))`

type Example = { id: string; agentId: string; reviewerId: string | null }

/** Who and when they were, in the order given; one taken from two agents is there twice. */
export async function examplesOf(trx: Transaction, some: readonly Example[]): Promise<SampledExample[]> {
  const { rows } = await sql<Omit<SampledExample, 'endedAt'> & { ended_at: Date }>`
    select c.id as "conversationId", v.name as visitor, c.ended_at, a.name as agent, r.name as reviewer
    from unnest(${some.map(({ id }) => id)}::uuid[], ${some.map(({ agentId }) => agentId)}::uuid[],
      ${some.map(({ reviewerId }) => reviewerId)}::uuid[]) with ordinality as g (id, agent_id, reviewer_id, o)
    join conversation c on c.id = g.id join visitor v on v.id = c.visitor_id join person a on a.id = g.agent_id
    left join person r on r.id = g.reviewer_id order by g.o`.execute(trx)
  return rows.map(({ ended_at, ...row }) => ({ ...row, endedAt: ended_at.getTime() }))
}

export type Candidate = { id: string; agentId: string }

/** Conversations after that one, by id, each with the agent who had it last and is still known. */
export async function conversationsOf(
  trx: Transaction,
  run: Run & { body: SamplingBody },
  limit: number,
): Promise<{ found: Candidate[]; last: string | null }> {
  const { rows } = await sql<{ id: string; agent: string | null }>`
    select c.id, (select p.id from conversation_event e join person p on p.id::text = e.payload ->> 'agentId'
      where e.conversation_id = c.id and e.type = 'assigned' and ${ofTeam(run.body, sql`p.id`)}
      order by e.seq desc limit 1) as agent
    from conversation c where ${fits(run.body, run)} and (${run.after}::uuid is null or c.id > ${run.after}::uuid)
    order by c.id limit ${limit}`.execute(trx)
  const found = rows.flatMap(({ id, agent }) => (agent === null ? [] : [{ id, agentId: agent }]))
  return { found, last: rows.length === limit ? (rows.at(-1)?.id ?? null) : null }
}

/** The next agent by id, with all of theirs; null: that was the last. */
export async function nextAgent(
  trx: Transaction,
  run: Run & { body: SamplingBody },
): Promise<{ agentId: string; ids: string[] } | null> {
  const { rows } = await sql<{ agent: string; ids: string[] }>`
    select p.id as agent, array_agg(distinct c.id::text) as ids
    from conversation c
    join conversation_event e on e.conversation_id = c.id and e.type = 'assigned'
    join person p on p.id::text = e.payload ->> 'agentId'
    where ${fits(run.body, run)} and ${ofTeam(run.body, sql`p.id`)}
      and (${run.after}::uuid is null or p.id > ${run.after}::uuid)
    group by p.id order by p.id limit 1`.execute(trx)
  const [row] = rows
  return row ? { agentId: row.agent, ids: row.ids } : null
}

/** What lies on somebody's list because others put it there, held: blind scorings, and what a rule of sampling took. */
export async function lockListOf(
  trx: Transaction,
  reviewerId: string,
): Promise<{ id: string; ruleId: string | null }[]> {
  return await trx
    .selectFrom('assessment')
    .select(['id', 'rule_id as ruleId'])
    .where('reviewer_id', '=', reviewerId)
    .where('submitted_at', 'is', null)
    .where((or) => or.or([or('purpose', '=', 'second'), or('rule_id', 'is not', null)]))
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** Puts it on another's list as if nobody had begun it. `answers`: those that the log fills in. */
export async function passOn(
  trx: Transaction,
  id: string,
  { reviewerId, answers }: { reviewerId: string; answers: ReviewAnswers },
): Promise<void> {
  await trx.deleteFrom('assessment_mark').where('assessment_id', '=', id).execute()
  await trx
    .updateTable('assessment')
    .set({
      ...{
        reviewer_id: reviewerId,
        state: 'open',
        answers: JSON.stringify(answers),
        notes: '{}',
        summary: '',
      },
      rev: sql<number>`rev + 1`,
    })
    .where('id', '=', id)
    .execute()
}
