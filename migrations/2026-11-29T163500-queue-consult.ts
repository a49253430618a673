import { type Kysely, sql } from 'kysely'

/**
 * A queue asked into a call: whoever of it is free is rung for, one after the other. `queue_name` says that it is one (empty:
 * everybody's), `refused` who was asked and did not come. Between two of them nobody is rung for: no deadline.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('invitation')
    .addColumn('queue_id', 'uuid')
    .addColumn('queue_name', 'text')
    .addColumn('refused', sql`uuid[]`, (c) => c.notNull().defaultTo(sql`'{}'`))
    .alterColumn('deadline_at', (c) => c.dropNotNull())
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from invitation where deadline_at is null`.execute(db)
  await db.schema
    .alterTable('invitation')
    .alterColumn('deadline_at', (c) => c.setNotNull())
    .dropColumn('refused')
    .dropColumn('queue_name')
    .dropColumn('queue_id')
    .execute()
}
