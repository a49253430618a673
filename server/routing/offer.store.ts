import { type Selectable, sql } from 'kysely'
import type { Bus } from '../bus.ts'
import type { Offer } from '../contract/desk.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { type Database, onCommit, type Transaction } from '../storage/database.ts'
import type { Offer as OfferRow } from '../storage/database.generated.ts'

export type Outcome = 'accepted' | 'declined' | 'missed' | 'withdrawn'

/** Closes an open offer once; false when it was closed already. */
export async function closeOffer(
  trx: Transaction,
  bus: Bus,
  { offerId, personId, outcome }: { offerId: string; personId: string; outcome: Outcome },
): Promise<boolean> {
  const closed = await trx
    .updateTable('offer')
    .set({ outcome })
    .where('id', '=', offerId)
    .where('outcome', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (!closed) return false
  onCommit(trx, () => bus.emit('offerGone', { personId, offerId, why: outcome }))
  return true
}

export type OpenOffer = {
  offerId: string
  conversationId: string
  personId: string
  kind: Offer['kind']
  deadline: number
}

export async function findOffer(db: Database | Transaction, offerId: string): Promise<OpenOffer | null> {
  const row = await db
    .selectFrom('offer')
    .selectAll()
    .where('id', '=', offerId)
    .where('outcome', 'is', null)
    .executeTakeFirst()
  return row ? toOpen(row) : null
}

/** The conversation of an offer that this person has accepted; null: they have not. */
export async function acceptedBefore(
  trx: Transaction,
  { offerId, personId }: { offerId: string; personId: string },
): Promise<string | null> {
  const row = await trx
    .selectFrom('offer')
    .select('conversation_id')
    .where('id', '=', offerId)
    .where('person_id', '=', personId)
    .where('outcome', '=', 'accepted')
    .executeTakeFirst()
  return row?.conversation_id ?? null
}

export async function expiredOffers(db: Database): Promise<OpenOffer[]> {
  const rows = await db
    .selectFrom('offer')
    .selectAll()
    .where('outcome', 'is', null)
    .where('deadline_at', '<=', sql<Date>`clock_timestamp()`)
    .execute()
  return rows.map(toOpen)
}

/** All that are made to a person now. */
export async function offersTo(db: Database, personId: string): Promise<OpenOffer[]> {
  const rows = await db
    .selectFrom('offer')
    .selectAll()
    .where('person_id', '=', personId)
    .where('outcome', 'is', null)
    .execute()
  return rows.map(toOpen)
}

const toOpen = (row: Selectable<OfferRow>): OpenOffer => ({
  offerId: row.id,
  conversationId: row.conversation_id,
  personId: row.person_id,
  kind: row.kind as Offer['kind'],
  deadline: row.deadline_at.getTime(),
})

/** What an offer card shows, for all open offers of a person. */
export async function openOffersOf(db: Database, personId: string): Promise<Offer[]> {
  const rows = await db
    .selectFrom('offer')
    .innerJoin('conversation', 'conversation.id', 'offer.conversation_id')
    .innerJoin('visitor', 'visitor.id', 'conversation.visitor_id')
    .select([
      'offer.id',
      'offer.conversation_id',
      'offer.kind',
      'offer.created_at',
      'offer.deadline_at',
      'visitor.name',
      'conversation.state',
    ])
    .where('offer.person_id', '=', personId)
    .where('offer.outcome', 'is', null)
    .execute()
  return rows.map((row) => {
    const state = row.state as unknown as ConversationState
    const deadline = row.deadline_at.getTime()
    return toOffer({ ...row, deadline, offerMs: deadline - row.created_at.getTime() }, state)
  })
}

type Bare = {
  id: string
  conversation_id: string
  kind: string
  deadline: number
  offerMs: number
  name: string | null
}

export const toOffer = (row: Bare, state: ConversationState): Offer => ({
  offerId: row.id,
  conversationId: row.conversation_id,
  kind: row.kind as Offer['kind'],
  visitorName: row.name,
  lastText: state.lastText?.text ?? null,
  waitingSince: 'since' in state.phase ? state.phase.since : state.lastAt,
  task: state.task?.kind ?? null,
  deadline: row.deadline,
  offerMs: row.offerMs,
  transfer: transferOf(state),
})

function transferOf({ transfer }: ConversationState): Offer['transfer'] {
  if (!transfer) return null
  const { by, to, note, back = null } = transfer
  return { from: by, to: to.name, note, back }
}
