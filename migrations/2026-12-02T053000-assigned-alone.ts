import { type Kysely, sql } from 'kysely'

/** Who takes a conversation is told by id and name. Their session, role and queues stood beside that in the log, before visitors, too. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`update conversation_event
    set payload = (select jsonb_object_agg(key, value) from jsonb_each(payload) where key in ('agentId', 'name', 'queueId'))
    where type = 'assigned' and payload - array['agentId', 'name', 'queueId'] <> '{}'`.execute(db)
}

/** What was taken out is of no use to anybody. */
export async function down(): Promise<void> {}
