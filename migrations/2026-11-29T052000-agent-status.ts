import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** Why somebody is away and who set them so; and every change of a status, timed, as it was named then. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('person')
    .addColumn('away_reason_id', 'uuid')
    .addColumn('away_reason', 'text')
    // Whoever set it for them; null: themselves, or the system.
    .addColumn('status_by', 'text')
    .execute()
  await db.schema
    .createTable('agent_status_log')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('person_id', 'uuid', (c) => c.notNull().references('person.id').onDelete('cascade'))
    .addColumn('at', time, (c) => c.notNull())
    .addColumn('from_status', 'text', (c) => c.notNull())
    .addColumn('to_status', 'text', (c) => c.notNull())
    .addColumn('reason_id', 'uuid')
    .addColumn('reason', 'text')
    // Null: the system, after an offer was missed, a wrap-up over or the person gone.
    .addColumn('by_person_id', 'uuid')
    .execute()
  await sql`create index agent_status_log_person on agent_status_log (person_id, at)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('agent_status_log').execute()
  for (const column of ['away_reason_id', 'away_reason', 'status_by'])
    await db.schema.alterTable('person').dropColumn(column).execute()
}
