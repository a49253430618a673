/** What reviews need, in a database: people who answer and score, conversations with a log, and a published scorecard. */
import { v7 as newId } from 'uuid'
import type { Review } from '../contract/assessment.ts'
import type { Role } from '../contract/desk.ts'
import type { ErrorCode, Failure } from '../contract/errors.ts'
import type { ScorecardBody } from '../contract/scorecard.ts'
import { emptyState } from '../conversation/conversation.ts'
import type { TestHttp } from '../http/testing.ts'
import { insertVersion } from '../scorecard/scorecard.store.ts'
import { serviceCard } from '../scorecard/testing.ts'
import { inTransaction } from '../storage/database.ts'

type Staff = Awaited<ReturnType<TestHttp['staff']>>
type Agent = { id: string; name: string }

/** Puts it into the configuration with its first version. */
export async function addScorecard(http: TestHttp, body: ScorecardBody = serviceCard()): Promise<string> {
  const id = newId()
  const stored = JSON.stringify(body)
  await http.db
    .insertInto('configuration')
    .values({ kind: 'scorecard', id, version: 1, body: stored })
    .execute()
  const version = { id: newId(), scorecardId: id, number: 1, body, publishedBy: 'Root' }
  await inTransaction(http.db, (trx) => insertVersion(trx, version))
  return id
}

/** One that has ended: the visitor asks, and the agent answers after that long. */
export async function addConversation(
  http: TestHttp,
  agent: Agent,
  { at = Date.UTC(2026, 0, 5), replyMs = 30_000 }: { at?: number; replyMs?: number } = {},
): Promise<string> {
  const { visitorId } = http.tokens.verifyVisitor((await http.visitor()).access)
  const id = newId()
  const [began, ended] = [new Date(at), new Date(at + replyMs + 60_000)]
  const state = JSON.stringify(emptyState)
  await http.db
    .insertInto('conversation')
    .values({
      ...{ id, site_id: http.site.id, visitor_id: visitorId, phase: 'ended', state, visitor_state: state },
      ...{ created_at: began, last_at: ended, ended_at: ended },
    })
    .execute()
  const by = { actor_kind: 'agent', actor_id: agent.id, actor_name: agent.name }
  const visitor = { actor_kind: 'visitor' }
  const told = [
    { ...visitor, type: 'started', at: began, payload: { locale: 'en' } },
    { ...by, type: 'assigned', at: began, payload: { agentId: agent.id, name: agent.name } },
    { ...visitor, type: 'message', at: began, payload: { text: 'Is it in stock?' } },
    { ...by, type: 'message', at: new Date(at + replyMs), payload: { text: 'Yes' } },
    { ...by, type: 'ended', at: ended, payload: { by: 'agent' } },
  ]
  await http.db
    .insertInto('conversation_event')
    .values(
      told.map(({ payload, ...one }, seq) => ({
        ...{ ...one, conversation_id: id, seq: seq + 1, v: 1, payload: JSON.stringify(payload) },
      })),
    )
    .execute()
  return id
}

type Reviewed = {
  conversationId: string
  scorecardId: string
  agentId: string
  reviewerId: string
  at: number
  until?: number
}
type Stands = { state?: string; purpose?: string }

/** One review by that scorecard with one comment at that moment, or on the part from it on, without what scoring it takes. */
export async function addRecordedReview(
  { db }: Pick<TestHttp, 'db'>,
  { at, until, scorecardId, state = 'submitted', purpose = 'review', ...of }: Reviewed & Stands,
): Promise<{ id: string; mark: string }> {
  const [id, mark] = [newId(), newId()]
  const version = await db
    .selectFrom('scorecard_version')
    .select('id')
    .where('scorecard_id', '=', scorecardId)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('assessment')
    .values({
      ...{ id, version_id: version.id, conversation_id: of.conversationId, agent_id: of.agentId },
      ...{ reviewer_id: of.reviewerId, purpose, state, measured: '{}' },
      submitted_at: state === 'draft' ? null : new Date(),
    })
    .execute()
  const said = { kind: 'comment', text: 'Friendly', at: new Date(at), question_id: null }
  const ends = until === undefined ? {} : { until: new Date(until) }
  await db
    .insertInto('assessment_mark')
    .values({ ...said, ...ends, id: mark, assessment_id: id })
    .execute()
  return { id, mark }
}

/** Whose team it is. */
export async function putInTeam(http: TestHttp, personId: string, teamId: string): Promise<void> {
  const body = JSON.stringify({ teamId, skills: [], queues: [], capacity: null })
  await http.db
    .insertInto('configuration')
    .values({ kind: 'profile', id: personId, version: 1, body })
    .execute()
}

/** Each of their roles once. */
export async function gatherStaff<R extends Role>(http: TestHttp, ...roles: R[]): Promise<Record<R, Staff>> {
  const all = await Promise.all(roles.map(async (role) => [role, await http.staff(role)] as const))
  return Object.fromEntries(all) as Record<R, Staff>
}

/** What was answered; throws with the answer's text where it was refused. */
export async function ok<T = Review>(answer: Promise<Response>): Promise<T> {
  const got = await answer
  if (!got.ok) throw new Error(await got.text())
  return (await got.json()) as T
}

/** Why it was refused. */
export const refusal = async (answer: Promise<Response>): Promise<ErrorCode> =>
  ((await (await answer).json()) as Failure).code
