import type { Transaction } from '../storage/database.ts'

/** Whether anything was said since the conversation began, or began again: in a message, a form, or by voice. */
export async function saidSomething(trx: Transaction, conversationId: string): Promise<boolean> {
  const log = trx.selectFrom('conversation_event as e').where('e.conversation_id', '=', conversationId)
  const begun = log.where('e.type', '=', 'reopened').select((e) => e.fn.max('e.seq').as('seq'))
  const row = await log
    .select('e.seq')
    .where('e.type', 'in', ['message', 'formAnswered', 'voicemailLeft'])
    .where('e.seq', '>', (e) => e.fn.coalesce(begun, e.lit(0)))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
