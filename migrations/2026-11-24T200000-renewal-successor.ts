import { type Kysely, sql } from 'kysely'

/** Which secret followed a used one, and whether its holder has shown that the answer arrived. */
const owners = ['visitor', 'person']

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const owner of owners) {
    await db.schema
      .alterTable(`${owner}_session`)
      .addColumn('successor_id', 'uuid')
      .addColumn('proven_at', sql`timestamptz`)
      .execute()
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const owner of owners) {
    await db.schema
      .alterTable(`${owner}_session`)
      .dropColumn('successor_id')
      .dropColumn('proven_at')
      .execute()
  }
}
