import type { Kysely } from 'kysely'

/** Which job waits for a file to go: one that cannot be got rid of then keeps only that job from its end. Null: all of them wait. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('doomed_file').addColumn('job_id', 'uuid').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('doomed_file').dropColumn('job_id').execute()
}
