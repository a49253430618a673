import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** People asked into a running call: colleagues, for whom it rings, and guests, who come by a link. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('invitation')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('call_id', 'uuid', (c) => c.notNull().references('call.id').onDelete('cascade'))
    .addColumn('purpose', 'text', (c) => c.notNull().check(sql`purpose in ('consult', 'join', 'guest')`))
    // Null: a guest.
    .addColumn('person_id', 'uuid', (c) => c.references('person.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('by_id', 'uuid', (c) => c.notNull().references('person.id'))
    .addColumn('by_name', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    // SHA-256 of what a guest's link carries.
    .addColumn('token_hash', 'text', (c) => c.unique())
    .addColumn('created_at', time, (c) => c.notNull())
    .addColumn('deadline_at', time, (c) => c.notNull())
    .addColumn('outcome', 'text', (c) =>
      c.check(sql`outcome in ('accepted', 'declined', 'missed', 'withdrawn')`),
    )
    // Where a guest sits, and what in the visitor's numbering had happened before: they see what came after.
    .addColumn('seat_id', 'text')
    .addColumn('seen_from', 'integer')
    .execute()
  await sql`create unique index invitation_open_person on invitation (call_id, person_id) where outcome is null`.execute(
    db,
  )
  await sql`create index invitation_open on invitation (deadline_at) where outcome is null`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('invitation').execute()
}
