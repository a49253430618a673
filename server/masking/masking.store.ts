import { listConfiguration } from '../configuration/configuration.store.ts'
import type { MaskBody } from '../contract/masking.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { compileRules, maskText, type Rules } from './masking.policy.ts'

/** Bodies are frozen and the same until they are changed. */
const compiled = new WeakMap<MaskBody, Rules>()

/** The rules as they are now. */
export async function readRules(db: Database | Transaction): Promise<Rules> {
  const bodies = (await listConfiguration(db, 'mask')).map(({ body }) => body)
  const each = bodies.map((body) => {
    const known = compiled.get(body) ?? compileRules([body])
    compiled.set(body, known)
    return known
  })
  return {
    card: Math.max(0, ...each.map(({ card }) => card)),
    mask: each.flatMap(({ mask }) => mask),
    hide: each.flatMap(({ hide }) => hide),
  }
}

/** For words beside the log, which nobody could show again: what a rule hides is masked for good there. */
export async function readMasker(db: Database | Transaction): Promise<(words: string) => string> {
  const rules = await readRules(db)
  return (words) => maskText(words, rules).text
}

/** Words that are hidden in an event, for those who may see them. */
export async function insertHidden(
  trx: Transaction,
  rows: readonly { conversationId: string; seq: number; text: string }[],
): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map(({ conversationId, seq, text }) => ({ conversation_id: conversationId, seq, text }))
  await trx.insertInto('hidden_text').values(values).execute()
}

export async function findHidden(
  trx: Transaction,
  { conversationId, seq }: { conversationId: string; seq: number },
): Promise<string | null> {
  const row = await trx
    .selectFrom('hidden_text')
    .select('text')
    .where('conversation_id', '=', conversationId)
    .where('seq', '=', seq)
    .executeTakeFirst()
  return row?.text ?? null
}
