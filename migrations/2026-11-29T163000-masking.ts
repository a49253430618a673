import type { Kysely } from 'kysely'

/** Words of an event in which something is hidden, as those may read them who may see it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('hidden_text')
    .addColumn('conversation_id', 'uuid', (column) =>
      column.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('hidden_text_pkey', ['conversation_id', 'seq'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('hidden_text').execute()
}
