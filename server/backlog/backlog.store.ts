/** What waits to be stored, counted where it stands. */
import { type RawBuilder, sql } from 'kysely'
import type { BacklogKind } from '../contract/backlog.ts'
import type { Database } from '../storage/database.ts'

/** What has just ended does not wait: it is under way. */
const BEFORE = sql.raw(`clock_timestamp() - interval '1 minute'`)
const RECORDED = sql.raw('exists (select 1 from segment s where s.call_id = k.id)')

const waiting: Readonly<Record<BacklogKind, RawBuilder<unknown>>> = {
  finalising: sql`select k.ended_at as at from call k where k.ended_at < ${BEFORE} and k.finalised_at is null
    and ${RECORDED}`,
  sealing: sql`select greatest(k.ended_at, k.finalised_at) as at from call k
    where k.ended_at < ${BEFORE} and k.finalised_at < ${BEFORE} and ${RECORDED}
    and not exists (select 1 from stored_recording r where r.call_id = k.id)`,
  files: sql`select created_at as at from attachment where key_id is null and created_at < ${BEFORE}`,
  shipping: sql`select stored_at as at from stored_recording where place = 'folder' and stored_at < ${BEFORE}`,
  transcribing: sql`select created_at as at from transcript where state = 'open' and created_at < ${BEFORE}`,
  untranscribed: sql`select finished_at as at from transcript where state = 'failed'`,
}

/** Null: nothing does. */
export async function countWaiting(
  db: Database,
  kind: BacklogKind,
): Promise<{ count: number; since: number } | null> {
  const { rows } = await sql<{ count: number; since: Date | null }>`
    select count(*)::int as count, min(at) as since from (${waiting[kind]}) w`.execute(db)
  const { count = 0, since } = rows[0] ?? {}
  return since ? { count, since: since.getTime() } : null
}

/** Due at once, as if it had never failed. `failed`: what was given up; else what was put off. */
export async function reopenTranscripts(db: Database, state: 'open' | 'failed'): Promise<void> {
  const again = { state: 'open', tries: 0, finished_at: null, due_at: sql<Date>`clock_timestamp()` }
  const those = db.updateTable('transcript').set(again).where('state', '=', state)
  await (state === 'open' ? those.where('tries', '>', 0) : those).execute()
}
