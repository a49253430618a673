/** What waits to be stored, counted where it stands. */
import { type RawBuilder, sql } from 'kysely'
import type { BacklogKind } from '../contract/backlog.ts'
import type { Database } from '../storage/database.ts'

/** What has just ended does not wait: it is under way. */
const BEFORE = sql.raw(`clock_timestamp() - interval '1 minute'`)
/** What is lost for good waits for nothing. */
const NOT_LOST = sql.raw('not exists (select 1 from call k where k.id = call_id and k.lost_at is not null)')
/** As the index has them. */
const UNSTORED = sql.raw('unstored and lost_at is null')

const waiting: Readonly<Record<BacklogKind, RawBuilder<unknown>>> = {
  finalising: sql`select ended_at as at from call
    where ${UNSTORED} and ended_at < ${BEFORE} and finalised_at is null`,
  sealing: sql`select greatest(ended_at, finalised_at) as at from call
    where ${UNSTORED} and ended_at < ${BEFORE} and finalised_at < ${BEFORE}`,
  files: sql`select created_at as at from attachment where key_id is null and created_at < ${BEFORE}`,
  shipping: sql`select stored_at as at from stored_recording
    where place = 'folder' and stored_at < ${BEFORE} and ${NOT_LOST}`,
  missing: sql`select stored_at as at from stored_recording
    where place = 's3' and ${NOT_LOST} and exists (select 1 from storage_fault where kind = 'missing')`,
  transcribing: sql`select created_at as at from transcript
    where state = 'open' and created_at < ${BEFORE} and ${NOT_LOST}`,
  untranscribed: sql`select finished_at as at from transcript where state = 'failed' and ${NOT_LOST}`,
}

/** How many wait, and since when the first one has. */
export const waitingFor = (kind: BacklogKind) => sql<{ count: number; since: Date | null }>`
  select count(*)::int as count, min(at) as since from (${waiting[kind]}) w`

/** Null: nothing does. */
export async function countWaiting(
  db: Database,
  kind: BacklogKind,
): Promise<{ count: number; since: number } | null> {
  const { rows } = await waitingFor(kind).execute(db)
  const { count = 0, since } = rows[0] ?? {}
  return since ? { count, since: since.getTime() } : null
}

/** Due at once, as if it had never failed. `failed`: what was given up; else what was put off. */
export async function reopenTranscripts(db: Database, state: 'open' | 'failed'): Promise<void> {
  const again = { state: 'open', tries: 0, finished_at: null, due_at: sql<Date>`clock_timestamp()` }
  const those = db.updateTable('transcript').set(again).where('state', '=', state)
  await (state === 'open' ? those.where('tries', '>', 0) : those).execute()
}
