import { sql } from 'kysely'
import type { CalibrationLine } from '../contract/calibration.ts'
import type { ReviewAnswers } from '../contract/scorecard.ts'
import type { Database, Transaction } from '../storage/database.ts'

type Handle = Database | Transaction

export type Session = Omit<CalibrationLine, 'done' | 'of'> & { versionId: string }

const sessions = (db: Handle) =>
  db
    .selectFrom('calibration as s')
    .innerJoin('scorecard_version as v', 'v.id', 's.version_id')
    .innerJoin('person as expert', 'expert.id', 's.expert_id')
    .select(['s.id', 's.name', 's.version_id', 's.expert_id', 's.created_at', 's.closed_at', 'v.number'])
    .select(['expert.name as expert_name', sql<string>`v.body ->> 'name'`.as('card_name')])

type Row = Awaited<ReturnType<ReturnType<typeof sessions>['execute']>>[number]

const toSession = (row: Row): Session => ({
  ...{ id: row.id, name: row.name, versionId: row.version_id },
  scorecard: { name: row.card_name, number: row.number },
  expert: { id: row.expert_id, name: row.expert_name },
  ...{ createdAt: row.created_at.getTime(), closedAt: row.closed_at?.getTime() ?? null },
})

const MOST = 100

/** Newest first. `takingPart`: only those in which that person scores. */
export async function listSessions(db: Handle, takingPart: string | null): Promise<Session[]> {
  let query = sessions(db).orderBy('s.id', 'desc').limit(MOST)
  if (takingPart !== null)
    query = query.where(
      sql<boolean>`exists (select 1 from assessment a where a.session_id = s.id and a.reviewer_id = ${takingPart})`,
    )
  return (await query.execute()).map(toSession)
}

export async function findSession(db: Handle, id: string): Promise<Session | null> {
  const row = await sessions(db).where('s.id', '=', id).executeTakeFirst()
  return row ? toSession(row) : null
}

/** False when the id is taken. */
export async function insertSession(
  trx: Transaction,
  one: { id: string; name: string; versionId: string; expertId: string; createdBy: string },
): Promise<boolean> {
  const row = await trx
    .insertInto('calibration')
    .values({
      ...{ id: one.id, name: one.name, version_id: one.versionId },
      ...{ expert_id: one.expertId, created_by: one.createdBy },
    })
    .onConflict((clash) => clash.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Ends it: what is not in is dropped. False when it was closed already. */
export async function closeSession(trx: Transaction, id: string): Promise<boolean> {
  const row = await trx
    .updateTable('calibration')
    .set({ closed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (!row) return false
  await trx.deleteFrom('assessment').where('session_id', '=', id).where('submitted_at', 'is', null).execute()
  return true
}

export type Scoring = {
  id: string
  sessionId: string
  conversationId: string
  person: { id: string; name: string }
  done: boolean
  answers: ReviewAnswers
  points: number | null
}

/** All scorings of these sessions. */
export async function scoringsOf(db: Handle, sessionIds: string[]): Promise<Scoring[]> {
  if (sessionIds.length === 0) return []
  const rows = await db
    .selectFrom('assessment as a')
    .innerJoin('person as p', 'p.id', 'a.reviewer_id')
    .select(['a.id', 'a.session_id', 'a.conversation_id', 'a.reviewer_id', 'p.name', 'a.submitted_at'])
    .select(['a.answers', 'a.points'])
    .where('a.session_id', 'in', sessionIds)
    .orderBy('a.id')
    .execute()
  return rows.map((row) => ({
    ...{ id: row.id, sessionId: row.session_id ?? '', conversationId: row.conversation_id },
    person: { id: row.reviewer_id, name: row.name },
    ...{ done: row.submitted_at !== null, answers: row.answers as ReviewAnswers, points: row.points },
  }))
}
