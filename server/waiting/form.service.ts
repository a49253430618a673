/** What visitors answer in forms: kept with the conversation, checked against the form at the door. */
import { endCallInside } from '../call/call.end.ts'
import type { VisitorCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import type { Answers, FormPurpose } from '../contract/form.ts'
import type { Locale } from '../contract/words.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import { findOfVisitor, type Sent } from '../conversation/conversation.service.ts'
import { type Begun, conversationForWord, lockVisitor, type PageInfo } from '../conversation/start.service.ts'
import type { Deps } from '../deps.ts'
import { maskText } from '../masking/masking.policy.ts'
import { readRules } from '../masking/masking.store.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { updateVisitor } from '../visitor/visitor.store.ts'
import { readAnswers } from './form.policy.ts'
import { formsOfSite } from './form.store.ts'
import type { FormAnswer } from './waiting.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>
type Input = {
  conversationId: string | null
  clientId: string
  purpose: FormPurpose
  answers: Answers
  page?: PageInfo
}

/**
 * Stores the answers once, however often they are sent, and starts the conversation where there is none. Of the form for leaving
 * word the text becomes a message, and the conversation a task. `badInput` names the field that is missing or wrong.
 */
export async function sendForm(d: D, caller: VisitorCaller, input: Input): Promise<Sent> {
  return await inTransaction(d.db, async (trx) => {
    await lockVisitor(trx, caller.visitorId)
    const known = await findOfVisitor(trx, caller, input.clientId)
    if (known) return known
    const form = (await formsOfSite(trx, caller.siteId))[input.purpose]
    if (!form) throw new AppError('notFound', 'There is no such form')
    const read = readAnswers(form, input.answers, caller.locale as Locale)
    if ('fault' in read) {
      const field = `answers.${read.fault}`
      const detail = { reason: 'invalid', field } as const
      throw new AppError('badInput', `${field} is missing or wrong`, { detail })
    }
    const begun = await conversationForWord(trx, d, caller, input)
    if (begun.locked.visitorId !== caller.visitorId) throw new AppError('notFound', 'Not found')
    await claim(trx, caller.visitorId, read.answers)
    const entries = entriesOf(begun, input, read.answers)
    // Whoever leaves word does not wait for an answer to their call any longer.
    const gives = entries.some(({ body }) => body.type === 'deferred')
    const end = { reason: 'withdrawn', by: 'visitor' } as const
    const free = gives ? await endCallInside(trx, d, begun.locked, end) : begun.locked
    const after = await append(trx, d.bus, free, entries)
    const behind = entries.length - 1 - entries.findIndex(({ body }) => body.type === 'formAnswered')
    return { conversationId: after.id, seq: after.visitorSeq - behind, at: after.now }
  })
}

const visitor = { kind: 'visitor' } as const

function entriesOf(
  { locked, opening }: Begun,
  input: Input,
  answers: (FormAnswer & { id: string })[],
): Entry[] {
  const { purpose, clientId } = input
  const offline = purpose === 'offline'
  const texts = offline ? answers.filter(({ type }) => type === 'longText') : []
  const kept = answers.filter((one) => !texts.includes(one)).map(({ id: _id, ...one }) => one)
  const entries: Entry[] = [
    ...opening,
    { actor: visitor, body: event('formAnswered', { purpose, answers: kept }), clientId },
    ...texts.map(({ value }) => ({ actor: visitor, body: event('message', { text: value }) })),
  ]
  const deferred = opening.some(({ body }) => body.type === 'deferred')
  const dropped = opening.some(({ body }) => body.type === 'taskDropped')
  const begins = opening.some(({ body }) => body.type === 'queued')
  const waits = begins || (locked.state.phase.name === 'queued' && (locked.state.task === null || dropped))
  if (offline && waits && !deferred) {
    entries.push({ actor: system, body: event('deferred', { why: 'left', opensAt: null }) })
  }
  return entries
}

/**
 * What an unverified visitor says of themselves; whom the shop has vouched for stays as they are. Masked as what they answered is; of
 * an address nothing is kept that none can be reached by any more.
 */
async function claim(trx: Transaction, visitorId: string, answers: FormAnswer[]): Promise<void> {
  const rules = await readRules(trx)
  const of = (wanted: string) => answers.find(({ type }) => type === wanted)?.value
  const masked = (value: string | undefined) => value && maskText(value, rules).text
  const [name, given] = [masked(of('name')), of('email')]
  const email = masked(given) === given ? given : undefined
  if (name === undefined && email === undefined) return
  const row = await trx
    .selectFrom('visitor')
    .select('verified')
    .where('id', '=', visitorId)
    .executeTakeFirst()
  if (row && !row.verified)
    await updateVisitor(trx, visitorId, { ...(name ? { name } : {}), ...(email ? { email } : {}) })
}
