import type { Kysely } from 'kysely'

/** The domain over whose subdomains a cookie may carry a visitor of the site; null: none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('site').addColumn('cookie_domain', 'text').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('site').dropColumn('cookie_domain').execute()
}
