/** Reviews ↔ rows. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type {
  MarkInput,
  Purpose,
  ReviewLine,
  ReviewMark,
  ReviewState,
  ReviewStep,
} from '../contract/assessment.ts'
import type { Role } from '../contract/desk.ts'
import type { Measured, ReviewAnswers } from '../contract/scorecard.ts'
import { rolesThat } from '../permission/permission.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Assessment } from '../storage/database.generated.ts'
import type { Standing } from './assessment.policy.ts'

/** With the names that a list needs. */
export type StoredReview = Standing &
  Omit<ReviewLine, 'reviewer'> & {
    reviewer: { id: string; name: string }
    rev: number
    versionId: string
    answers: ReviewAnswers
    notes: Record<string, string>
    summary: string
    measured: Measured
  }

type Row = Selectable<Assessment> & {
  agent_name: string
  reviewer_name: string
  scorecard_id: string
  card_name: string
  number: number
}

const ms = (at: Date | null): number | null => at?.getTime() ?? null

const toReview = (row: Row): StoredReview => ({
  ...{ id: row.id, purpose: row.purpose as Purpose, state: row.state as ReviewState, rev: row.rev },
  ...{ conversationId: row.conversation_id, firstId: row.first_id, versionId: row.version_id },
  ...{ agentId: row.agent_id, reviewerId: row.reviewer_id },
  agent: { id: row.agent_id, name: row.agent_name },
  reviewer: { id: row.reviewer_id, name: row.reviewer_name },
  scorecard: { id: row.scorecard_id, name: row.card_name, number: row.number },
  ...{ createdAt: row.created_at.getTime(), dueAt: ms(row.due_at), submittedAt: ms(row.submitted_at) },
  ...{ points: row.points, passed: row.passed, failed: row.failed, annulled: row.annulled },
  answers: row.answers as ReviewAnswers,
  notes: row.notes as Record<string, string>,
  summary: row.summary,
  measured: row.measured as Measured,
})

const reviews = (db: Database | Transaction) =>
  db
    .selectFrom('assessment as a')
    .innerJoin('person as agent', 'agent.id', 'a.agent_id')
    .innerJoin('person as reviewer', 'reviewer.id', 'a.reviewer_id')
    .innerJoin('scorecard_version as v', 'v.id', 'a.version_id')
    .selectAll('a')
    .select(['agent.name as agent_name', 'reviewer.name as reviewer_name', 'v.scorecard_id', 'v.number'])
    .select(sql<string>`v.body ->> 'name'`.as('card_name'))

export async function findReview(db: Database | Transaction, id: string): Promise<StoredReview | null> {
  const row = await reviews(db).where('a.id', '=', id).executeTakeFirst()
  return row ? toReview(row) : null
}

/** As `findReview`, held until the transaction ends. */
export async function lockReview(trx: Transaction, id: string): Promise<StoredReview | null> {
  await trx.selectFrom('assessment').select('id').where('id', '=', id).forUpdate().execute()
  return await findReview(trx, id)
}

/** All of a conversation, oldest first. */
export async function reviewsOf(db: Database | Transaction, conversationId: string): Promise<StoredReview[]> {
  const rows = await reviews(db).where('a.conversation_id', '=', conversationId).orderBy('a.id').execute()
  return rows.map(toReview)
}

/** Reviews of a list, and of a page. */
export const MOST_LISTED = 200

/** Whether `heard`, a condition on rows of `conversation c`, holds for a review's; null: for all. */
const ofHeard = (heard: RawBuilder<boolean> | null) =>
  heard === null
    ? sql<boolean>`true`
    : sql<boolean>`exists (select 1 from conversation c where c.id = a.conversation_id and ${heard})`

/** What is on a reviewer's list, of conversations for which `heard` holds: what is due first, then the oldest. */
export async function unfinishedOf(
  db: Database,
  reviewerId: string,
  heard: RawBuilder<boolean> | null,
): Promise<StoredReview[]> {
  const rows = await reviews(db)
    .where('a.reviewer_id', '=', reviewerId)
    .where(ofHeard(heard))
    .where('a.submitted_at', 'is', null)
    .orderBy(sql`a.due_at asc nulls last`)
    .orderBy('a.id')
    .limit(MOST_LISTED)
    .execute()
  return rows.map(toReview)
}

/** Reviews that count for somebody and are in, newest first. */
export async function reviewsOfAgent(db: Database, agentId: string): Promise<StoredReview[]> {
  const rows = await reviews(db)
    .where('a.agent_id', '=', agentId)
    .where('a.purpose', '=', 'review')
    .where('a.submitted_at', 'is not', null)
    .where(secondIsIn)
    .orderBy('a.submitted_at', 'desc')
    .limit(MOST_LISTED)
    .execute()
  return rows.map(toReview)
}

const secondIsIn = sql<boolean>`not exists
  (select 1 from assessment b where b.first_id = a.id and b.submitted_at is null)`

/** A page of those that are disputed, of conversations for which `heard` holds, oldest first. `after`: the last of the page before. */
export async function disputedReviews(
  db: Database,
  heard: RawBuilder<boolean> | null,
  after: string | null,
): Promise<StoredReview[]> {
  const all = reviews(db).where('a.state', '=', 'disputed').where(ofHeard(heard))
  const page = after === null ? all : all.where('a.id', '>', after)
  return (await page.orderBy('a.id').limit(MOST_LISTED).execute()).map(toReview)
}

export type NewReview = Pick<StoredReview, 'id' | 'purpose' | 'conversationId' | 'versionId' | 'measured'> & {
  agentId: string
  reviewerId: string
  firstId: string | null
  state: 'open' | 'draft'
  answers: ReviewAnswers
  /** Of what is put on a list: by which rule of sampling, and until when. */
  ruleId?: string
  dueAt?: number
  /** Of a calibration, its session. */
  sessionId?: string
}

/** False when the id is taken, or they have one like it unfinished. */
export async function insertReview(trx: Transaction, one: NewReview): Promise<boolean> {
  const row = await trx
    .insertInto('assessment')
    .values({
      ...{ id: one.id, purpose: one.purpose, conversation_id: one.conversationId, state: one.state },
      ...{ agent_id: one.agentId, reviewer_id: one.reviewerId, version_id: one.versionId },
      ...{ first_id: one.firstId, measured: JSON.stringify(one.measured) },
      answers: JSON.stringify(one.answers),
      ...{ rule_id: one.ruleId ?? null, session_id: one.sessionId ?? null },
      due_at: one.dueAt === undefined ? null : new Date(one.dueAt),
    })
    .onConflict((clash) => clash.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

type Change = Partial<
  Pick<
    StoredReview,
    'state' | 'answers' | 'notes' | 'summary' | 'points' | 'passed' | 'failed' | 'annulled' | 'submittedAt'
  >
>

/** Writes the change as its next state. */
export async function updateReview(trx: Transaction, id: string, change: Change): Promise<void> {
  const { answers, notes, submittedAt, ...plain } = change
  await trx
    .updateTable('assessment')
    .set({
      ...plain,
      ...(answers ? { answers: JSON.stringify(answers) } : {}),
      ...(notes ? { notes: JSON.stringify(notes) } : {}),
      ...(submittedAt ? { submitted_at: new Date(submittedAt) } : {}),
      rev: sql<number>`rev + 1`,
    })
    .where('id', '=', id)
    .execute()
}

export async function deleteReview(trx: Transaction, id: string): Promise<void> {
  await trx.deleteFrom('assessment').where('id', '=', id).execute()
}

export async function marksOf(db: Database | Transaction, reviewId: string): Promise<ReviewMark[]> {
  const rows = await db
    .selectFrom('assessment_mark')
    .selectAll()
    .where('assessment_id', '=', reviewId)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map(({ id, at, until, kind, text, question_id }) => ({
    ...{ id, at: at.getTime(), until: ms(until), kind: kind as ReviewMark['kind'], text },
    questionId: question_id,
  }))
}

/** False when the id is a mark of another review. */
export async function writeMark(
  trx: Transaction,
  reviewId: string,
  { id, at, until, kind, text, questionId }: MarkInput & { id: string },
): Promise<boolean> {
  const ends = until === null ? null : new Date(until)
  const values = { at: new Date(at), until: ends, kind, text, question_id: questionId }
  const row = await trx
    .insertInto('assessment_mark')
    .values({ id, assessment_id: reviewId, ...values })
    .onConflict((clash) =>
      clash.column('id').doUpdateSet(values).where('assessment_mark.assessment_id', '=', reviewId),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteMark(trx: Transaction, reviewId: string, id: string): Promise<void> {
  await trx.deleteFrom('assessment_mark').where('id', '=', id).where('assessment_id', '=', reviewId).execute()
}

export async function stepsOf(
  db: Database | Transaction,
  reviewId: string,
): Promise<(ReviewStep & { personId: string })[]> {
  const rows = await db
    .selectFrom('assessment_step')
    .selectAll()
    .where('assessment_id', '=', reviewId)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    ...{ at: row.at.getTime(), personId: row.person_id, person: row.person_name },
    ...{ step: row.step as ReviewStep['step'], words: row.words },
    ...{ pointsBefore: row.points_before, pointsAfter: row.points_after },
    answersBefore: row.answers_before as ReviewAnswers | null,
  }))
}

export async function insertStep(
  trx: Transaction,
  reviewId: string,
  step: Omit<ReviewStep, 'at' | 'person' | 'answersBefore'> & {
    id: string
    by: { personId: string; name: string }
    answersBefore?: ReviewAnswers
  },
): Promise<void> {
  const { id, by, step: what, words, pointsBefore, pointsAfter, answersBefore } = step
  await trx
    .insertInto('assessment_step')
    .values({
      ...{ id, assessment_id: reviewId, person_id: by.personId, person_name: by.name, step: what, words },
      ...{ points_before: pointsBefore, points_after: pointsAfter },
      answers_before: answersBefore ? JSON.stringify(answersBefore) : null,
    })
    .execute()
}

/** Those who may be asked to score: everybody whose role does. */
export async function listReviewers(db: Database): Promise<{ id: string; name: string }[]> {
  return await db
    .selectFrom('person')
    .select(['id', 'name'])
    .where('role', '<>', 'agent')
    .where('disabled', '=', false)
    .orderBy('name')
    .execute()
}

export type Scorer = { personId: string; name: string; role: Role }

/** Those who may score, by name. */
export async function listScorers(db: Database | Transaction): Promise<Scorer[]> {
  const rows = await db
    .selectFrom('person')
    .select(['id as personId', 'name', 'role'])
    .where('role', 'in', rolesThat('score'))
    .where('disabled', '=', false)
    .orderBy('name')
    .execute()
  return rows.map((row) => ({ ...row, role: row.role as Role }))
}

export async function isOver(db: Database | Transaction, conversationId: string): Promise<boolean> {
  const row = await db
    .selectFrom('conversation')
    .select('phase')
    .where('id', '=', conversationId)
    .executeTakeFirst()
  return row?.phase === 'ended'
}
