import { type Kysely, sql } from 'kysely'

/** Since when a call's recording is removed, and whether a rule or an erasure has done it: so that it is not taken for never made. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('call')
    .addColumn('removed_at', 'timestamptz')
    .addColumn('removed_by', 'text')
    .execute()
  await db.schema
    .alterTable('call')
    .addCheckConstraint(
      'call_removed_by',
      sql`(removed_at is null) = (removed_by is null) and removed_by in ('rule', 'erasure')`,
    )
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const column of ['removed_by', 'removed_at'])
    await db.schema.alterTable('call').dropColumn(column).execute()
}
