import { type Kysely, sql } from 'kysely'

/** That the rules of keeping apply themselves once a day: one row where they do. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('keeping_daily')
    .addColumn('singleton', 'boolean', (c) => c.primaryKey().defaultTo(true).check(sql`singleton`))
    .addColumn('hour', 'int2', (c) => c.notNull())
    .addColumn('time_zone', 'text', (c) => c.notNull())
    // In whose name: who switched it on.
    .addColumn('by_id', 'uuid', (c) => c.notNull().references('person.id'))
    .addColumn('due_at', 'timestamptz', (c) => c.notNull())
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('keeping_daily').execute()
}
