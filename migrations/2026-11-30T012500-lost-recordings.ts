import { type Kysely, sql } from 'kysely'

/**
 * Which calls' recordings are still on their way to where they belong, so that few rows say how many those are; and which will never
 * arrive, since their files are gone.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('call')
    // Something of it was recorded, and is not sealed yet.
    .addColumn('unstored', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('lost_at', 'timestamptz')
    .addColumn('lost_why', 'text')
    .execute()
  await db.schema
    .alterTable('call')
    .addCheckConstraint(
      'call_lost_why',
      sql`(lost_at is null) = (lost_why is null) and lost_why in ('unfinished', 'unsealed', 'sealed')`,
    )
    .execute()
  await sql`update call k set unstored = true where exists (select 1 from segment s where s.call_id = k.id)
    and not exists (select 1 from stored_recording r where r.call_id = k.id)`.execute(db)
  await sql`create index call_unstored on call (ended_at) where unstored and lost_at is null`.execute(db)
  await sql`create index call_lost on call (lost_at) where lost_at is not null`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const column of ['lost_why', 'lost_at', 'unstored'])
    await db.schema.alterTable('call').dropColumn(column).execute()
}
