import { type Kysely, sql } from 'kysely'

/** Where a contact waits. Null: in the queue of everybody, where all that were there before are. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('site').addColumn('queue_id', 'uuid').execute()
  await db.schema.alterTable('conversation').addColumn('queue_id', 'uuid').execute()
  await sql`update conversation set state = state || '{"queueId": null}',
    visitor_state = visitor_state || '{"queueId": null}'`.execute(db)
  await sql`create index conversation_queue on conversation (queue_id) where phase <> 'ended'`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('conversation_queue').execute()
  await sql`update conversation set state = state - 'queueId', visitor_state = visitor_state - 'queueId'`.execute(
    db,
  )
  await db.schema.alterTable('conversation').dropColumn('queue_id').execute()
  await db.schema.alterTable('site').dropColumn('queue_id').execute()
}
