/** Naming a colleague in a note lets them see the conversation, and tells them. */
import type { Bus } from '../bus.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { Mention } from '../contract/desk.ts'
import { AppError } from '../contract/errors.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { may } from '../permission/permission.ts'
import { type Database, onCommit, type Transaction } from '../storage/database.ts'
import { insertMentions, markSeen, mentionable } from './mention.store.ts'

const SHOWN = 200

/** Each once, and not oneself. Throws `badInput` for somebody who does not exist. */
export async function namedOnce(
  trx: Transaction,
  caller: StaffCaller,
  mentions: readonly string[],
): Promise<string[]> {
  const others = [...new Set(mentions)].filter((id) => id !== caller.personId)
  if (others.length === 0) return []
  const known = new Set((await mentionable(trx)).map(({ id }) => id))
  if (!others.every((id) => known.has(id))) throw new AppError('badInput', 'There is no such colleague')
  return others
}

/** In the transaction of the note, which `locked` has as its last event. */
export async function tellMentioned(
  trx: Transaction,
  d: { bus: Bus },
  caller: StaffCaller,
  { locked, personIds, text }: { locked: Locked; personIds: readonly string[]; text: string },
): Promise<void> {
  if (personIds.length === 0) return
  const mention: Mention = {
    ...{ conversationId: locked.id, seq: locked.seq, at: locked.now, by: caller.name },
    text: text.slice(0, SHOWN).toWellFormed(),
  }
  await insertMentions(trx, personIds, mention)
  onCommit(trx, () => {
    for (const personId of personIds) d.bus.emit('mentioned', { personId, mention })
  })
}

/** The person has looked; their other tabs are told. */
export async function seeMentions(
  d: { db: Database; bus: Bus },
  caller: StaffCaller,
  { conversationId }: { conversationId: string },
): Promise<void> {
  const { personId } = caller
  if (await markSeen(d.db, { conversationId, personId }))
    d.bus.emit('mentionsSeen', { personId, conversationId })
}

/** Whom one may name. Throws `notAllowed` for who writes no notes. */
export async function colleaguesToName(
  d: { db: Database },
  caller: StaffCaller,
): Promise<{ id: string; name: string }[]> {
  if (!may(caller.role, 'serve')) throw new AppError('notAllowed', 'Your role does not allow this')
  return (await mentionable(d.db)).filter(({ id }) => id !== caller.personId)
}
