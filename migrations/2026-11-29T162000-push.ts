import { type Kysely, sql } from 'kysely'

/** Browsers that are told when no page is in view: one a session, theirs whose the session is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('push_subscription')
    // The session's family, of which there is one a browser and, for visitors, one a shop.
    .addColumn('session_id', 'uuid', (c) => c.primaryKey())
    .addColumn('side', 'text', (c) => c.notNull().check(sql`side in ('person', 'visitor')`))
    .addColumn('endpoint', 'text', (c) => c.notNull())
    .addColumn('p256dh', 'text', (c) => c.notNull())
    .addColumn('auth', 'text', (c) => c.notNull())
    .addColumn('locale', 'text', (c) => c.notNull())
    // Of supervisors: also what is beyond its promise on the board.
    .addColumn('board', 'boolean', (c) => c.notNull())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .execute()
  await db.schema
    .createIndex('push_subscription_endpoint')
    .on('push_subscription')
    .column('endpoint')
    .execute()
  await db.schema
    .alterTable('callback')
    // How often the turn was told to a visitor who has no page open, and not again before.
    .addColumn('told', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('tell_after', 'timestamptz')
    .execute()
  // Private key of the pair by which push services know us. Subscriptions are good for this pair only, so they lie together.
  await db.schema.alterTable('installation').addColumn('push_key', 'text').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('installation').dropColumn('push_key').execute()
  await db.schema.alterTable('callback').dropColumn('told').dropColumn('tell_after').execute()
  await db.schema.dropTable('push_subscription').execute()
}
