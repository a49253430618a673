import type { Kysely } from 'kysely'

/** Files that a guest sends into the call they sit in: theirs by the invitation that they came by. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('attachment')
    .addColumn('invitation_id', 'uuid', (c) => c.references('invitation.id').onDelete('set null'))
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('attachment').dropColumn('invitation_id').execute()
}
