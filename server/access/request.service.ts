/** Asking to hear what must be granted first, granting it for a time, and setting how sensitive a conversation is. */
import { writeDeed } from '../audit/audit.store.ts'
import type { Bus } from '../bus.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type {
  AskReplayInput,
  ClassifyInput,
  DecideReplayInput,
  ReplayAccess,
  ReplayRequest,
  ReplayRequests,
} from '../contract/access.ts'
import { Role } from '../contract/desk.ts'
import { AppError } from '../contract/errors.ts'
import { may } from '../permission/permission.ts'
import { type Database, inTransaction, onCommit, type Transaction } from '../storage/database.ts'
import { type AccessFacts, type Access, rankIn, rankOf, verdictOf } from './access.policy.ts'
import { accessOf, mayHear, standingOf } from './access.service.ts'
import { factsFor, heardBy } from './access.store.ts'
import { sensitivities, type Sensitivity } from './access.ts'
import * as store from './request.store.ts'

type D = { db: Database; bus: Bus }

const none = () => new AppError('notFound', 'Not found')
const levelOf = (facts: AccessFacts, access: Access): Sensitivity =>
  sensitivities[rankIn(facts, access)] ?? 'normal'

/** How it stands for them. Throws `notFound`. */
export async function readAccess(
  db: Database,
  caller: StaffCaller,
  conversationId: string,
): Promise<ReplayAccess> {
  const { access, facts, verdict } = await standingOf(db, caller, conversationId)
  if (!facts || verdict === 'no') throw none()
  const last = await store.lastRequest(db, conversationId, caller.personId)
  const sensitivity = levelOf(facts, access)
  const byGrant = verdictOf(access, { ...facts, granted: false }) === 'ask'
  return {
    ...{ sensitivity, locked: verdict === 'ask', byHand: facts.byHand !== null },
    mayClassify: verdict === 'yes' && may(caller.role, 'classify'),
    until: byGrant && last?.state === 'granted' ? last.until : null,
    request: last && { ...last, sensitivity },
  }
}

/** Asked again it is the same request. Throws `notFound`, or `conflict` for what they may hear as it is. */
export async function askReplay(
  d: D,
  caller: StaffCaller,
  conversationId: string,
  { id, reason }: AskReplayInput,
): Promise<ReplayAccess> {
  await inTransaction(d.db, async (trx) => {
    const verdict = await mayHear(trx, caller, conversationId)
    if (verdict === 'no') throw none()
    const { personId } = caller
    if (!(await store.insertRequest(trx, { id, conversationId, personId, reason }))) return
    if (verdict === 'yes') throw new AppError('conflict', 'You may hear it as it is')
    const deed = { action: 'askedReplay', kind: 'conversation', subjectId: conversationId } as const
    await writeDeed(trx, caller, { ...deed, facts: { request: id }, reason })
    const told = { requestId: id, by: caller.name, deciders: await decidersOf(trx, caller, conversationId) }
    onCommit(trx, () => d.bus.emit('replayAsked', told))
  })
  return await readAccess(d.db, caller, conversationId)
}

/** Everybody who can decide about it. */
async function decidersOf(trx: Transaction, caller: StaffCaller, conversationId: string): Promise<string[]> {
  const roles = Role.options.filter((role) => may(role, 'grantReplay'))
  const deciders: string[] = []
  for (const { id, role } of await store.peopleOfRoles(trx, roles)) {
    if (id === caller.personId) continue
    const who = { personId: id, role: Role.parse(role) }
    if ((await mayHear(trx, who, conversationId)) !== 'no') deciders.push(id)
  }
  return deciders
}

/** What they asked, and of what others asked for that they might ask for themselves. */
export async function listRequests(db: Database, caller: StaffCaller): Promise<ReplayRequests> {
  const access = await accessOf(db, caller)
  const { personId } = caller
  const decides = may(caller.role, 'grantReplay')
  const heard = heardBy(access, { personId, level: 'ask' }, 'c')
  const [own, others] = [
    await store.ownRequests(db, personId),
    decides ? await store.othersRequests(db, personId, heard) : [],
  ]
  const ids = [...own, ...others].map(({ conversationId }) => conversationId)
  const facts = await factsFor(db, [...new Set(ids)], personId)
  const shown = (one: store.StoredRequest): ReplayRequest[] => {
    const known = facts.get(one.conversationId)
    // What rules no longer let them ask for is not there any more, their own request neither.
    if (!known || verdictOf(access, known) === 'no') return []
    return [{ ...one, sensitivity: levelOf(known, access) }]
  }
  return { own: own.flatMap(shown), others: others.flatMap(shown), decides }
}

/**
 * Grants it for some hours, refuses it, or ends a grant before its time. Nobody decides about their own. Throws `notFound`, also
 * where they might not even ask for it themselves, and `conflict` when it is decided.
 */
export async function decideReplay(
  d: D,
  caller: StaffCaller,
  id: string,
  { hours, words }: DecideReplayInput,
): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const request = await store.lockRequest(trx, id)
    const verdict = await mayHear(trx, caller, request?.conversationId ?? id)
    if (!request || verdict === 'no' || request.by.id === caller.personId) throw none()
    const ends = request.state === 'granted' && hours === null
    if (request.state !== 'asked' && !ends) throw new AppError('conflict', 'It is decided')
    await store.decideRequest(trx, id, { by: caller.personId, hours, words })
    const { conversationId, by } = request
    await writeDeed(trx, caller, {
      ...{ action: hours === null ? 'refusedReplay' : 'grantedReplay', kind: 'conversation' },
      ...{ subjectId: conversationId, facts: { request: id, to: by.id, hours }, reason: words },
    })
    const told = { requestId: id, personId: by.id, conversationId, by: caller.name, granted: hours !== null }
    onCommit(trx, () => d.bus.emit('replayDecided', told))
  })
}

/** Sets how sensitive it is, with the reason in the audit log. Throws as `assertHears`. */
export async function classify(
  d: D,
  caller: StaffCaller,
  conversationId: string,
  { sensitivity, reason }: ClassifyInput,
): Promise<void> {
  const to = sensitivity === null ? null : rankOf(sensitivity)
  await inTransaction(d.db, async (trx) => {
    const { facts, verdict } = await standingOf(trx, caller, conversationId)
    if (!facts || verdict !== 'yes') throw none()
    if (facts.byHand === to) return
    await store.setSensitivity(trx, conversationId, to)
    const from = facts.byHand === null ? null : (sensitivities[facts.byHand] ?? null)
    await writeDeed(trx, caller, {
      ...{ action: 'classified', kind: 'conversation', subjectId: conversationId },
      ...{ facts: { from, to: sensitivity }, reason },
    })
  })
}
