import { type Kysely, sql } from 'kysely'

/** How well each side of a call was connected: means of ten seconds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('call_quality')
    .addColumn('call_id', 'uuid', (c) => c.notNull().references('call.id').onDelete('cascade'))
    .addColumn('seat_id', 'text', (c) => c.notNull())
    // The beginning of the ten seconds, by the server's clock.
    .addColumn('at', 'timestamptz', (c) => c.notNull())
    // Fraction 0..1.
    .addColumn('loss', 'real', (c) => c.notNull().check(sql`loss between 0 and 1`))
    .addColumn('rtt_ms', 'real', (c) => c.notNull())
    .addColumn('jitter_ms', 'real', (c) => c.notNull())
    .addColumn('mos', 'real', (c) => c.notNull())
    .addPrimaryKeyConstraint('call_quality_key', ['call_id', 'seat_id', 'at'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('call_quality').execute()
}
