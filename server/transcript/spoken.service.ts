/** What was said in a conversation's calls, for those who may replay it; and setting it right. */
import { v7 as newId } from 'uuid'
import { writeDeed } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import type { Spoken, SpokenLine } from '../contract/transcript.ts'
import { heardConversation } from '../conversation/read.service.ts'
import { readRules } from '../masking/masking.store.ts'
import { may } from '../permission/permission.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import type { Viewings } from '../review/viewing.service.ts'
import { jobStates } from './job.store.ts'
import { insertCorrection, lockTalk, spokenLines } from './line.store.ts'
import { maskLines } from './said.policy.ts'

/** Read without the page that shows them, they are viewed, too. Throws `notFound`. */
export async function readSpoken(
  db: Database,
  viewings: Pick<Viewings, 'fetched'>,
  caller: StaffCaller,
  conversationId: string,
): Promise<Spoken> {
  await heardConversation(db, caller, conversationId)
  await viewings.fetched(caller, conversationId, { spoken: true })
  const states = await jobStates(db, conversationId)
  const state = (['open', 'failed', 'done'] as const).find((one) => states.includes(one)) ?? 'none'
  return { state, lines: await spokenLines(db, conversationId) }
}

/** What the engine heard stays beside it. The same words again change nothing. Throws `notFound`, `notAllowed`. */
export async function correctSpoken(
  db: Database,
  caller: StaffCaller,
  asked: { conversationId: string; n: number; text: string },
): Promise<SpokenLine> {
  const { conversationId, n } = asked
  await heardConversation(db, caller, conversationId)
  if (!may(caller.role, 'correctTranscripts'))
    throw new AppError('notAllowed', 'Your role does not allow this')
  return inTransaction(db, async (trx) => {
    const there = await lockTalk(trx, conversationId)
    const [before] = there ? await spokenLines(trx, conversationId, n) : []
    if (!before) throw new AppError('notFound', 'Not found')
    const [masked] = maskLines([{ text: asked.text.replace(/\s+/g, ' ').trim() }], await readRules(trx))
    const [was, text] = [before.correction?.text ?? before.text, masked?.text ?? '']
    if (text === was) return before
    const { personId, name } = caller
    const correction = newId()
    await insertCorrection(trx, { conversationId, n }, { id: correction, personId, name, text })
    // Not its words: they are for whoever may hear the conversation, and go with its lines.
    const what = { action: 'corrected', kind: 'conversation', subjectId: conversationId } as const
    await writeDeed(trx, caller, { ...what, facts: { line: n, correction } })
    const [after] = await spokenLines(trx, conversationId, n)
    return after ?? before
  })
}
