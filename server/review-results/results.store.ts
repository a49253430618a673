import { type RawBuilder, sql } from 'kysely'
import { ScorecardBody, type ReviewAnswers } from '../contract/scorecard.ts'
import type { Database } from '../storage/database.ts'
import type { Counted } from './results.policy.ts'

export const MOST_COUNTED = 20_000

type Asked = {
  from: number
  to: number
  /** Whose results: of conversations that they hear, a condition on `c`, and their own. Null: all. */
  heard: RawBuilder<boolean> | null
  /** Whoever still scores the same is not told what others have given. Null: nobody by name. */
  reader: string | null
}

/**
 * Reviews that count: in, not annulled, and with no blind scoring beside them that is still awaited, by the reader or by whoever was
 * asked for one. Newest first.
 */
export async function countedReviews(
  db: Database,
  { from, to, heard, reader }: Asked,
  teamOf: (agentId: string) => Counted['team'],
): Promise<Counted[]> {
  const rows = await db
    .selectFrom('assessment as a')
    .innerJoin('conversation as c', 'c.id', 'a.conversation_id')
    .innerJoin('person as p', 'p.id', 'a.agent_id')
    .select(['a.submitted_at', 'a.agent_id', 'p.name', 'a.version_id', 'a.points', 'a.passed', 'a.failed'])
    .select('a.answers')
    .where('a.purpose', '=', 'review')
    .where('a.annulled', '=', false)
    .where('a.submitted_at', '>=', new Date(from))
    .where('a.submitted_at', '<', new Date(to))
    .where(
      sql<boolean>`not exists (select 1 from assessment b where b.first_id = a.id and b.submitted_at is null)`,
    )
    .where(
      sql<boolean>`not exists (select 1 from assessment b where b.reviewer_id = ${reader}::uuid and b.submitted_at is null
        and b.conversation_id = a.conversation_id and b.agent_id = a.agent_id)`,
    )
    .where(heard ?? sql<boolean>`true`)
    .orderBy('a.submitted_at', 'desc')
    .limit(MOST_COUNTED)
    .execute()
  const versions = await versionsBy(db, [...new Set(rows.map((row) => row.version_id))])
  return rows.flatMap((row) => {
    const version = versions.get(row.version_id)
    if (!version || !row.submitted_at) return []
    const agent = { id: row.agent_id, name: row.name }
    return {
      ...{ at: row.submitted_at.getTime(), agent, team: teamOf(agent.id), ...version },
      ...{ points: row.points, passed: row.passed, failed: row.failed },
      answers: row.answers as ReviewAnswers,
    }
  })
}

async function versionsBy(
  db: Database,
  ids: string[],
): Promise<Map<string, Pick<Counted, 'scorecard' | 'body'>>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('scorecard_version')
    .select(['id', 'scorecard_id', 'body'])
    .where('id', 'in', ids)
    .execute()
  return new Map(
    rows.map(({ id, scorecard_id, body }) => {
      const parsed = ScorecardBody.parse(body)
      return [id, { scorecard: { id: scorecard_id, name: parsed.name }, body: parsed }]
    }),
  )
}
