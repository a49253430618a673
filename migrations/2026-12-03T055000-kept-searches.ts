import { type Kysely, sql } from 'kysely'

/** Searches that are kept name no conversation any more: the page never could, and of an erased one they found nothing for ever. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`update saved_search set body = body #- '{filter,conversation}'
    where body #> '{filter,conversation}' is not null`.execute(db)
}

/** Which one it was nobody knows any more. */
export async function down(): Promise<void> {}
