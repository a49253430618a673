import { sql } from 'kysely'
import type { Source } from '../call/call.ts'
import { Source as SourceWord } from '../contract/words.ts'
import type { Database, Transaction } from '../storage/database.ts'

/** What the visitor has agreed to be recorded, and not taken back. */
export async function agreedBefore(db: Database | Transaction, visitorId: string): Promise<Source[]> {
  const rows = await db
    .selectFrom('visitor_consent')
    .select('source')
    .where('visitor_id', '=', visitorId)
    .orderBy('source')
    .execute()
  return rows.map(({ source }) => SourceWord.parse(source))
}

export async function rememberAgreed(
  trx: Transaction,
  visitorId: string,
  sources: readonly Source[],
): Promise<void> {
  if (sources.length === 0) return
  await trx
    .insertInto('visitor_consent')
    .values([...new Set(sources)].map((source) => ({ visitor_id: visitorId, source })))
    .onConflict((clash) =>
      clash.columns(['visitor_id', 'source']).doUpdateSet({ agreed_at: sql<Date>`clock_timestamp()` }),
    )
    .execute()
}

export async function forgetAgreed(trx: Transaction, visitorId: string): Promise<void> {
  await trx
    .updateTable('visitor')
    .set({ consent_withdrawn_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', visitorId)
    .execute()
  await trx.deleteFrom('visitor_consent').where('visitor_id', '=', visitorId).execute()
}
