import { type Selectable, sql } from 'kysely'
import { ScorecardBody, type ScorecardVersion } from '../contract/scorecard.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { ScorecardVersion as Row } from '../storage/database.generated.ts'

const toVersion = (row: Selectable<Row>): ScorecardVersion => ({
  ...{ id: row.id, scorecardId: row.scorecard_id, number: row.number },
  body: ScorecardBody.parse(row.body),
  ...{ publishedAt: row.published_at.getTime(), publishedBy: row.published_by },
})

/** Newest first. */
export async function versionsOf(
  db: Database | Transaction,
  scorecardId: string,
): Promise<ScorecardVersion[]> {
  const rows = await db
    .selectFrom('scorecard_version')
    .selectAll()
    .where('scorecard_id', '=', scorecardId)
    .orderBy('number', 'desc')
    .execute()
  return rows.map(toVersion)
}

/** Of each that still stands in the configuration, its newest. */
export async function newestVersions(db: Database | Transaction): Promise<ScorecardVersion[]> {
  const rows = await db
    .selectFrom('scorecard_version')
    .distinctOn('scorecard_id')
    .selectAll()
    .where(
      sql<boolean>`exists (select 1 from configuration c where c.kind = 'scorecard' and c.id = scorecard_id)`,
    )
    .orderBy('scorecard_id')
    .orderBy('number', 'desc')
    .execute()
  return rows.map(toVersion)
}

export async function findVersion(db: Database | Transaction, id: string): Promise<ScorecardVersion | null> {
  const row = await db.selectFrom('scorecard_version').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toVersion(row) : null
}

export async function insertVersion(
  trx: Transaction,
  { id, scorecardId, number, body, publishedBy }: Omit<ScorecardVersion, 'publishedAt'>,
): Promise<void> {
  await trx
    .insertInto('scorecard_version')
    .values({
      ...{ id, scorecard_id: scorecardId, number },
      body: JSON.stringify(body),
      published_by: publishedBy,
    })
    .execute()
}
