import { type Kysely, sql } from 'kysely'

/** Servers that run over this database, and on which of them people and visitors are connected: so that one that starts or dies speaks for its own alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('server_process')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    // Where it runs: whoever starts there is in the place of who was there before.
    .addColumn('slot', 'text', (c) => c.notNull().unique())
    .addColumn('seen_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .execute()
  for (const table of ['person', 'visitor']) {
    await db.schema.alterTable(table).addColumn('here_on', 'uuid').execute()
    await sql`create index ${sql.ref(`${table}_here`)} on ${sql.table(table)} (here_on) where gone_since is null`.execute(
      db,
    )
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['person', 'visitor']) {
    await sql`drop index ${sql.ref(`${table}_here`)}`.execute(db)
    await db.schema.alterTable(table).dropColumn('here_on').execute()
  }
  await db.schema.dropTable('server_process').execute()
}
