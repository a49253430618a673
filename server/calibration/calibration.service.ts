/** Sessions of calibration: everybody scores blind, and what each gave is told when it is over. */
import { v7 as newId } from 'uuid'
import { mayHear, mayKnowOf } from '../access/access.service.ts'
import { findPerson } from '../agent/person.store.ts'
import { insertReview, listReviewers } from '../assessment/assessment.store.ts'
import { measure } from '../assessment/measure.policy.ts'
import { writeAudit } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type {
  Calibration,
  CalibrationChoices,
  CalibrationInput,
  CalibrationLine,
} from '../contract/calibration.ts'
import { AppError } from '../contract/errors.ts'
import { heardConversation } from '../conversation/read.service.ts'
import { summaries } from '../conversation/summary.store.ts'
import { may } from '../permission/permission.ts'
import { allEvents } from '../review/review.service.ts'
import { filledIn } from '../scorecard/scorecard.ts'
import { findVersion, newestVersions } from '../scorecard/scorecard.store.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import {
  closeSession,
  findSession,
  insertSession,
  listSessions,
  type Scoring,
  scoringsOf,
  type Session,
} from './calibration.store.ts'
import { compare } from './compare.policy.ts'

type D = { db: Database }

const none = () => new AppError('notFound', 'No such calibration')
const plans = ({ role }: StaffCaller): boolean => may(role, 'configureReviews')

function assertPlans(caller: StaffCaller): void {
  if (!plans(caller)) throw new AppError('notAllowed', 'Your role does not allow this')
}

const refused = (field: string, message: string) =>
  new AppError('badInput', message, { detail: { reason: 'invalid', field } })

/** Over when it was closed, or everybody is done. */
const isOver = (session: Session, scorings: readonly Scoring[]): boolean =>
  session.closedAt !== null || (scorings.length > 0 && scorings.every(({ done }) => done))

/** Everybody was to score each, also what was dropped at the end. */
const talksIn = (scorings: readonly Scoring[]): number =>
  new Set(scorings.map(({ conversationId }) => conversationId)).size

const toLine = (session: Session, scorings: readonly Scoring[]): CalibrationLine => {
  const { id, name, scorecard, expert, createdAt, closedAt } = session
  const done = scorings.filter((one) => one.done).length
  const people = new Set(scorings.map(({ person }) => person.id)).size
  return { id, name, scorecard, expert, createdAt, closedAt, done, of: people * talksIn(scorings) }
}

/** Of conversations that the caller hears or may ask for: of others they are told nothing, nor how many there are. */
async function knownTo(db: Database, caller: StaffCaller, scorings: readonly Scoring[]): Promise<Scoring[]> {
  const talks = new Set(scorings.map(({ conversationId }) => conversationId))
  const known = await mayKnowOf(db, caller, [...talks])
  return scorings.filter(({ conversationId }) => known.has(conversationId))
}

/** Those that the caller plans or takes part in. */
export async function listCalibrations({ db }: D, caller: StaffCaller): Promise<CalibrationLine[]> {
  if (!may(caller.role, 'score')) throw new AppError('notAllowed', 'Your role does not allow this')
  const sessions = await listSessions(db, plans(caller) ? null : caller.personId)
  const scorings = await knownTo(
    db,
    caller,
    await scoringsOf(
      db,
      sessions.map(({ id }) => id),
    ),
  )
  return sessions.map((one) =>
    toLine(
      one,
      scorings.filter(({ sessionId }) => sessionId === one.id),
    ),
  )
}

export async function calibrationChoices({ db }: D, caller: StaffCaller): Promise<CalibrationChoices> {
  assertPlans(caller)
  const [reviewers, cards] = await Promise.all([listReviewers(db), newestVersions(db)])
  return {
    reviewers,
    scorecards: cards.map(({ scorecardId, body }) => ({ id: scorecardId, name: body.name })),
  }
}

/** Throws `notFound` for who neither plans nor takes part. */
export async function readCalibration({ db }: D, caller: StaffCaller, id: string): Promise<Calibration> {
  const session = may(caller.role, 'score') ? await findSession(db, id) : null
  if (!session) throw none()
  const scorings = await scoringsOf(db, [id])
  if (!plans(caller) && !scorings.some(({ person }) => person.id === caller.personId)) throw none()
  const version = await findVersion(db, session.versionId)
  if (!version) throw new AppError('internal', 'The scorecard of a calibration is gone')
  const known = await knownTo(db, caller, scorings)
  const people = [...new Map(scorings.map(({ person }) => [person.id, person])).values()]
  const over = isOver(session, scorings)
  return {
    ...toLine(session, known),
    version,
    people: people.map((person) => {
      const theirs = known.filter((one) => one.person.id === person.id)
      const done = theirs.filter((one) => one.done).length
      return { ...person, expert: person.id === session.expert.id, done, of: talksIn(known) }
    }),
    own: known
      .filter(({ person }) => person.id === caller.personId)
      .map((one) => ({ reviewId: one.id, conversationId: one.conversationId, done: one.done })),
    mayClose: plans(caller) && !over,
    result: over
      ? compare(
          version.body,
          scorings.filter(({ done }) => done),
          session.expert.id,
        )
      : null,
  }
}

/** Puts each conversation on each one's list. Throws `badInput` for people or conversations that cannot be scored. */
export async function beginCalibration(
  d: D,
  caller: StaffCaller,
  input: CalibrationInput,
): Promise<Calibration> {
  assertPlans(caller)
  const known = await findSession(d.db, input.id)
  if (known) return await readCalibration(d, caller, input.id)
  const version = (await newestVersions(d.db)).find(({ scorecardId }) => scorecardId === input.scorecardId)
  if (!version) throw refused('scorecardId', 'No such scorecard')
  const people = [...new Set([input.expertId, ...input.reviewerIds])]
  for (const id of people) await assertScorer(d.db, id)
  const talks = await Promise.all(
    [...new Set(input.conversationIds)].map((id) => toScore(d.db, caller, id, people)),
  )
  for (const id of people) await assertAllHear(d.db, id, input.conversationIds)
  await inTransaction(d.db, async (trx) => {
    const { id, name, expertId } = input
    const made = await insertSession(trx, {
      id,
      name,
      versionId: version.id,
      expertId,
      createdBy: caller.personId,
    })
    if (!made) throw new AppError('conflict', 'The id is taken')
    for (const { conversationId, agentId, measured } of talks)
      for (const reviewerId of people)
        await insertReview(trx, {
          ...{ id: newId(), conversationId, agentId, reviewerId, measured, versionId: version.id },
          ...{ purpose: 'calibration', state: 'open', firstId: null, sessionId: id },
          answers: filledIn(version.body, measured),
        })
    const after = { name, scorecardId: input.scorecardId, people: people.length, conversations: talks.length }
    await writeAudit(trx, caller, [
      { action: 'created', kind: 'calibration', subjectId: id, before: null, after },
    ])
  })
  return await readCalibration(d, caller, input.id)
}

async function assertScorer(db: Database, id: string): Promise<void> {
  const person = await findPerson(db, id)
  if (!person || person.disabled || !may(person.role, 'score'))
    throw refused('reviewerIds', 'Somebody of them does not score')
}

/** Each of them scores each of them. */
async function assertAllHear(db: Database, personId: string, conversationIds: readonly string[]) {
  const person = await findPerson(db, personId)
  for (const id of conversationIds) {
    if (person && (await mayHear(db, { personId, role: person.role }, id)) === 'no')
      throw refused('reviewerIds', 'Somebody of them may not hear one of them')
  }
}

/** The conversation and the agent who had it last. */
async function toScore(db: Database, caller: StaffCaller, conversationId: string, people: readonly string[]) {
  await heardConversation(db, caller, conversationId)
  const events = await allEvents(db, conversationId)
  const known = (await summaries(db, [conversationId])).get(conversationId)?.agents.map(({ id }) => id) ?? []
  const agentId = events
    .flatMap((one) => (one.type === 'assigned' ? [one.payload.agentId] : []))
    .findLast((id) => known.includes(id))
  if (agentId === undefined || people.includes(agentId))
    throw refused('conversationIds', 'One of them has no agent whom they may score')
  return { conversationId, agentId, measured: measure(events, agentId) }
}

/** Ends it before everybody is done; what is not in is dropped. */
export async function closeCalibration(d: D, caller: StaffCaller, id: string): Promise<Calibration> {
  assertPlans(caller)
  if (!(await findSession(d.db, id))) throw none()
  await inTransaction(d.db, async (trx) => {
    if (!(await closeSession(trx, id))) return
    const closed = {
      action: 'decided',
      kind: 'calibration',
      subjectId: id,
      before: null,
      after: null,
    } as const
    await writeAudit(trx, caller, [closed])
  })
  return await readCalibration(d, caller, id)
}
