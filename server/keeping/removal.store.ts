/** Rows of a conversation or visitor out of every table, and which files go with them. */
import { sql } from 'kysely'
import type { Database, Transaction } from '../storage/database.ts'
import { held, holdings } from './holdings.ts'

export type FileKind = 'recording' | 'attachment'
export type DoomedFile = { kind: FileKind; id: string }

/**
 * Locks it, and before that its visitor against holds: one that is being placed on them is waited for, as one on the conversation
 * is. False: it is not there.
 */
export async function lockTalk(trx: Transaction, id: string): Promise<boolean> {
  const ownerOf = () => trx.selectFrom('conversation').select('visitor_id').where('id', '=', id)
  let owner = await ownerOf().executeTakeFirst()
  for (;;) {
    if (!owner) return false
    await trx.selectFrom('visitor').select('id').where('id', '=', owner.visitor_id).forShare().execute()
    const now = await ownerOf().forUpdate().executeTakeFirst()
    if (now?.visitor_id === owner.visitor_id) return true
    // Somebody else's since: they proved who they are.
    owner = now
  }
}

/** Of several jobs, all wait for it. */
const doom = sql`on conflict (kind, id) do update
  set job_id = case when doomed_file.job_id = excluded.job_id then excluded.job_id end returning kind, id`

/** Removes everything of it. `contents`: the audit log's entries whose words went with it; `files`: those that are to go after it. */
export async function removeRows(
  trx: Transaction,
  of: 'conversation' | 'visitor',
  { id, job }: { id: string; job: string },
): Promise<{ contents: string[]; files: DoomedFile[] }> {
  if (of === 'conversation')
    await trx.updateTable('conversation').set({ previous_id: null }).where('previous_id', '=', id).execute()
  // Names of files first: what they are asked by goes as well.
  const doomed: DoomedFile[] = []
  for (const [table, { files, [of]: rows }] of held) {
    if (!files || !rows) continue
    const found = await sql<DoomedFile>`insert into doomed_file (kind, id, job_id)
      select ${files}::text, id, ${job}::uuid from ${sql.table(table)} where ${rows(id)} ${doom}`.execute(trx)
    doomed.push(...found.rows)
  }
  const contents: string[] = []
  for (const [table, { [of]: rows }] of held) {
    if (!rows) continue
    if (table === 'audit_content') contents.push(...(await removeContents(trx, rows(id))))
    else await sql`delete from ${sql.table(table)} where ${rows(id)}`.execute(trx)
  }
  return { contents, files: doomed }
}

async function removeContents(trx: Transaction, rows: ReturnType<typeof sql<boolean>>): Promise<string[]> {
  const gone = await trx.deleteFrom('audit_content').where(rows).returning('entry_id').execute()
  return gone.map((row) => row.entry_id)
}

/** What can go before its conversation. */
export type PartKind = FileKind | 'transcript'

/** Takes a conversation's recordings, transcripts or files; the conversation stays. Returns how many there were, and which files go after them. */
export async function removeParts(
  trx: Transaction,
  kind: PartKind,
  { conversationId, by, job }: { conversationId: string; by: 'rule' | 'erasure'; job: string },
): Promise<{ count: number; files: DoomedFile[] }> {
  if (kind === 'transcript') return { count: await removeTranscripts(trx, conversationId), files: [] }
  if (kind === 'attachment') {
    const { rows: files } = await sql<DoomedFile>`with gone as
        (delete from attachment where conversation_id = ${conversationId} returning id)
      insert into doomed_file (kind, id, job_id) select 'attachment', id, ${job}::uuid from gone ${doom}`.execute(
      trx,
    )
    return { count: files.length, files }
  }
  // Its key goes with it: whatever is left of the file then, nobody reads it.
  await removeFrom(trx, 'stored_recording', conversationId)
  await trx
    .updateTable('call')
    .set({ unstored: false, lost_at: null, lost_why: null })
    .where('conversation_id', '=', conversationId)
    .where(({ eb, or }) => or([eb('unstored', '=', true), eb('lost_at', 'is not', null)]))
    .execute()
  // Without segments it is a call that was not recorded; but for this word.
  const { rows: files } = await sql<DoomedFile>`with gone as (delete from segment where call_id in
      (select id from call where conversation_id = ${conversationId}) returning call_id),
    told as (update call set removed_at = clock_timestamp(), removed_by = ${by}
      where id in (select call_id from gone))
    insert into doomed_file (kind, id, job_id) select distinct 'recording', call_id, ${job}::uuid from gone ${doom}`.execute(
    trx,
  )
  return { count: files.length, files }
}

/** What people have set right in lines goes with them; one that is being written down now finds nothing to go on with. */
async function removeTranscripts(trx: Transaction, conversationId: string): Promise<number> {
  await removeFrom(trx, 'spoken_line', conversationId)
  await removeFrom(trx, 'transcript_piece', conversationId)
  return removeFrom(trx, 'transcript', conversationId)
}

async function removeFrom(
  trx: Transaction,
  table: keyof typeof holdings,
  conversationId: string,
): Promise<number> {
  const holding = holdings[table]
  if (!('conversation' in holding) || !holding.conversation) return 0
  const { numAffectedRows } =
    await sql`delete from ${sql.table(table)} where ${holding.conversation(conversationId)}`.execute(trx)
  return Number(numAffectedRows ?? 0n)
}

/** Those that this job waits for, files that people sent before recordings: the next ones `after`. */
export async function doomedFiles(
  db: Database,
  { job, after, limit }: { job: string; after: DoomedFile | null; limit: number },
): Promise<DoomedFile[]> {
  const { rows } = await sql<DoomedFile>`select kind, id from doomed_file
    where (job_id = ${job}::uuid or job_id is null)
      and (${after?.id ?? null}::uuid is null or (kind, id) > (${after?.kind ?? null}::text, ${after?.id ?? null}::uuid))
    order by kind, id limit ${limit}`.execute(db)
  return rows
}

export async function forgetDoomed(db: Database, { kind, id }: DoomedFile): Promise<void> {
  await db.deleteFrom('doomed_file').where('kind', '=', kind).where('id', '=', id).execute()
}
