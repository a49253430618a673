/** Rows of invitations into running calls. */
import { type Selectable, sql } from 'kysely'
import type { Bus } from '../bus.ts'
import type { InvitationEnd } from '../call/call.ts'
import type { InvitationCard } from '../contract/desk.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { type Database, onCommit, type Transaction } from '../storage/database.ts'
import type { Invitation } from '../storage/database.generated.ts'

export type InvitationRow = Selectable<Invitation>

const open = (db: Database | Transaction) =>
  db.selectFrom('invitation').selectAll().where('outcome', 'is', null)

export async function findInvitation(
  db: Database | Transaction,
  id: string,
): Promise<InvitationRow | undefined> {
  return await db.selectFrom('invitation').selectAll().where('id', '=', id).executeTakeFirst()
}

export const openInvitations = (db: Database | Transaction, callId: string): Promise<InvitationRow[]> =>
  open(db).where('call_id', '=', callId).orderBy('id').execute()

/**
 * Their own wish for the same, still open or by which somebody sits in the call: asked again, since its answer was lost, it is one.
 * `seated`: ids of people.
 */
export async function sameInvitation(
  trx: Transaction,
  { callId, byId, purpose, seated }: { callId: string; byId: string; purpose: string; seated: Set<string> },
  whom: (row: InvitationRow) => boolean,
): Promise<InvitationRow | undefined> {
  const all = await trx
    .selectFrom('invitation')
    .selectAll()
    .where('call_id', '=', callId)
    .where('by_id', '=', byId)
    .where('purpose', '=', purpose)
    .where((eb) => eb.or([eb('outcome', 'is', null), eb('outcome', '=', 'accepted')]))
    .orderBy('id', 'desc')
    .execute()
  return all.find((row) => whom(row) && (row.outcome === null || seated.has(row.person_id ?? '')))
}

export const expiredInvitations = (db: Database): Promise<InvitationRow[]> =>
  open(db).where('deadline_at', '<=', sql<Date>`clock_timestamp()`).orderBy('id').execute()

/** All that ring for a person now. */
export const ringsFor = (db: Database | Transaction, personId: string): Promise<InvitationRow[]> =>
  open(db).where('person_id', '=', personId).orderBy('id').execute()

/** Closes an open one once; false when it was closed already. Whom it rang for is told after the commit. */
export async function closeInvitation(
  trx: Transaction,
  bus: Bus,
  { id, person_id: personId }: Pick<InvitationRow, 'id' | 'person_id'>,
  outcome: InvitationEnd,
): Promise<boolean> {
  const closed = await trx
    .updateTable('invitation')
    .set({ outcome })
    .where('id', '=', id)
    .where('outcome', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (!closed) return false
  if (personId) {
    const gone = { personId, invitationId: id, why: outcome }
    onCommit(trx, () => bus.emit('invitationGone', gone))
  }
  return true
}

/** What rings for a person now. */
export async function invitationsOf(db: Database, personId: string): Promise<InvitationCard[]> {
  const rows = await db
    .selectFrom('invitation')
    .innerJoin('call', 'call.id', 'invitation.call_id')
    .innerJoin('conversation', 'conversation.id', 'call.conversation_id')
    .innerJoin('visitor', 'visitor.id', 'conversation.visitor_id')
    .selectAll('invitation')
    .select([
      'call.media',
      'conversation.id as conversation_id',
      'conversation.state',
      'visitor.name as visitor_name',
    ])
    .where('invitation.person_id', '=', personId)
    .where('invitation.outcome', 'is', null)
    .execute()
  return rows.map((row) =>
    toCard(row, {
      conversationId: row.conversation_id,
      visitorName: row.visitor_name,
      media: row.media as InvitationCard['media'],
      state: row.state as unknown as ConversationState,
    }),
  )
}

type About = {
  conversationId: string
  visitorName: string | null
  media: InvitationCard['media']
  state: ConversationState
}

export type CardRow = Pick<
  InvitationRow,
  'id' | 'call_id' | 'purpose' | 'by_name' | 'note' | 'deadline_at' | 'queue_name'
>

export const toCard = (
  row: CardRow,
  { conversationId, visitorName, media, state }: About,
): InvitationCard => ({
  invitationId: row.id,
  callId: row.call_id,
  ...{ conversationId, visitorName, media },
  purpose: row.purpose as InvitationCard['purpose'],
  from: row.by_name,
  note: row.note,
  lastText: state.lastText?.text ?? null,
  queue: row.queue_name,
  deadline: row.deadline_at?.getTime() ?? 0,
})
