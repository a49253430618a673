/** Canned replies, as somebody who answers has them. */
import type { StaffCaller } from '../caller/caller.ts'
import { listConfiguration } from '../configuration/configuration.store.ts'
import { AppError } from '../contract/errors.ts'
import { MOST_OWN_REPLIES, type Reply, type ReplyBody } from '../contract/reply.ts'
import { may } from '../permission/permission.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { deleteOwnReply, ownReplies, writeOwnReply } from './reply.store.ts'

type D = { db: Database }

const assertServes = ({ role }: StaffCaller): void => {
  if (!may(role, 'serve')) throw new AppError('notAllowed', 'Your role does not allow this')
}

export async function readReplies({ db }: D, caller: StaffCaller): Promise<Reply[]> {
  assertServes(caller)
  const [shared, own] = await Promise.all([
    listConfiguration(db, 'cannedReply'),
    ownReplies(db, caller.personId),
  ])
  const flat = (own: boolean) => (one: { id: string; body: ReplyBody }) => ({ ...one.body, id: one.id, own })
  return [...own.map(flat(true)), ...shared.map(flat(false))]
}

/** Creates or changes one of one's own. Throws `conflict` when there are too many or the id is taken. */
export async function saveOwnReply(
  { db }: D,
  caller: StaffCaller,
  id: string,
  body: ReplyBody,
): Promise<void> {
  assertServes(caller)
  await inTransaction(db, async (trx) => {
    const kept = await ownReplies(trx, caller.personId)
    if (kept.length >= MOST_OWN_REPLIES && !kept.some((one) => one.id === id))
      throw new AppError('conflict', 'You have as many as you can keep')
    const written = await writeOwnReply(trx, { id, personId: caller.personId, body })
    if (!written) throw new AppError('conflict', 'The id is taken')
  })
}

/** One that is not there, or not one's own, is no error. */
export async function removeOwnReply({ db }: D, caller: StaffCaller, id: string): Promise<void> {
  await deleteOwnReply(db, id, caller.personId)
}
