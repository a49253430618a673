/** A link for somebody from outside: one use, an hour, and only into this call. */
import { sql } from 'kysely'
import { changeCall, lockCall } from '../call/call.store.ts'
import { joinSeat } from '../call/call.seats.ts'
import { presentCall } from '../call/call.policy.ts'
import { hashSecret, hmac } from '../auth/secret.ts'
import type { Tokens } from '../auth/token.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { GuestLink, GuestSession } from '../contract/guest.ts'
import { AppError } from '../contract/errors.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import { actorOf, assertTakesPart } from '../conversation/conversation.policy.ts'
import type { SeatId } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { lockSeenCall } from '../conversation/sight.service.ts'
import type { Deps } from '../deps.ts'
import { assertMayJoin } from '../invitation/invitation.policy.ts'
import { closeInvitation, findInvitation, type InvitationRow } from '../invitation/invitation.store.ts'
import { type Database, inTransaction } from '../storage/database.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>

/** How long a link may lie before it is opened. */
const LINK_MS = 3_600_000

/**
 * Makes the link; it is not shown again, unless the same is asked for once more (`id`: whoever asks has named it), since
 * the answer was lost. Throws `conflict` for a call that does not run or has no place left, and for a link that has been used.
 */
export async function inviteGuest(
  d: D,
  caller: StaffCaller,
  { callId, name, id = d.newId() }: { callId: string; name: string; id?: string | undefined },
): Promise<{ invitationId: string; url: string }> {
  const secret = secretOf(d, id)
  await inTransaction(d.db, async (trx) => {
    const { locked } = await lockSeenCall(trx, callId, caller)
    assertTakesPart(locked.state, locked, caller)
    presentCall(locked.state, callId)
    const before = await findInvitation(trx, id)
    if (before?.call_id === callId && before.by_id === caller.personId && before.outcome === null) return
    if (before) throw new AppError('conflict', 'This link has been used')
    assertMayJoin(locked.state.call, { personId: null, purpose: 'guest' })
    await trx
      .insertInto('invitation')
      .values({
        ...{ id, call_id: callId, purpose: 'guest', person_id: null, name, note: '' },
        ...{ by_id: caller.personId, by_name: caller.name, token_hash: hashSecret(secret) },
        created_at: new Date(locked.now),
        deadline_at: new Date(locked.now + LINK_MS),
      })
      .execute()
    const body = event('invited', { callId, invitationId: id, purpose: 'guest', personId: null, name })
    await append(trx, d.bus, locked, [{ actor: actorOf(caller), body }])
  })
  // The secret stands after the #: no server, proxy or log ever sees it.
  return { invitationId: id, url: `${d.config.publicUrl}/guest#token=${secret}` }
}

/** Not kept anywhere, and yet the same for the same link. */
const secretOf = ({ config }: Pick<D, 'config'>, id: string): string =>
  hmac(config.secrets.jwtSecret, `guest link ${id}`).toString('base64url')

const noLink = () => new AppError('notFound', 'This link has been used, or is no longer good')

async function openLink(db: Pick<Database, 'selectFrom'>, secret: string): Promise<InvitationRow> {
  const row = await db
    .selectFrom('invitation')
    .selectAll()
    .where('token_hash', '=', hashSecret(secret))
    .where('outcome', 'is', null)
    .where('deadline_at', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst()
  if (!row) throw noLink()
  return row
}

/** Who asks whom in, for the page before anybody joins. It uses nothing up. */
export async function readLink(db: Database, secret: string): Promise<GuestLink> {
  const row = await openLink(db, secret)
  return { name: row.name, from: row.by_name }
}

type JoinDeps = Pick<D, 'db' | 'bus' | 'config'> & { tokens: Pick<Tokens, 'signGuest'> }
type Joining = { token: string; join?: string | undefined }

/**
 * Uses the link up: a seat in the call, and a token for as long as the call can last. The same joining again, as long as a
 * seat waits for who left it, is answered as before.
 */
export async function joinByLink(d: JoinDeps, { token: secret, join }: Joining): Promise<GuestSession> {
  try {
    return await useUp(d, secret, join)
  } catch (error) {
    if (join === undefined || !(error instanceof AppError) || error.code !== 'notFound') throw error
    // Also when both came at once, and the other was first.
    const known = await joinedBefore(d, secret, join)
    if (known) return known
    throw error
  }
}

async function useUp(d: JoinDeps, secret: string, join: string | undefined): Promise<GuestSession> {
  return await inTransaction(d.db, async (trx) => {
    const row = await openLink(trx, secret)
    const { locked } = await lockCall(trx, row.call_id)
    const { call } = locked.state
    if (call?.id !== row.call_id || call.phase !== 'connected') throw noLink()
    if (!(await closeInvitation(trx, d.bus, row, 'accepted'))) throw noLink()
    const { id: invitationId, call_id: callId, name } = row
    const gone = event('invitationGone', { callId, invitationId, name, why: 'accepted' })
    const told = await append(trx, d.bus, locked, [{ actor: system, body: gone }])
    const joined = await joinSeat(trx, d, told, { callId, kind: 'guest', name })
    await append(trx, d.bus, joined.locked, heldToo(joined.locked, joined.seat, row))
    const join_hash = join === undefined ? null : hashSecret(join)
    const seat = { seat_id: joined.seat, seen_from: told.visitorSeq, join_hash }
    await trx.updateTable('invitation').set(seat).where('id', '=', invitationId).execute()
    await changeCall(trx, d.bus, callId)
    const access = d.tokens.signGuest({ invitationId })
    return { access, conversationId: locked.id, callId, seat: joined.seat, name }
  })
}

async function joinedBefore(d: JoinDeps, secret: string, join: string): Promise<GuestSession | null> {
  const row = await d.db
    .selectFrom('invitation as i')
    .innerJoin('call', 'call.id', 'i.call_id')
    .innerJoin('call_seat as s', (on) =>
      on.onRef('s.call_id', '=', 'i.call_id').onRef('s.seat_id', '=', 'i.seat_id'),
    )
    .select(['i.id', 'i.name', 'i.call_id', 's.seat_id', 'call.conversation_id'])
    .where('i.token_hash', '=', hashSecret(secret))
    .where('i.join_hash', '=', hashSecret(join))
    .where('i.outcome', '=', 'accepted')
    .where('call.ended_at', 'is', null)
    .where('s.left_at', 'is', null)
    .where(
      's.joined_at',
      '>',
      sql<Date>`clock_timestamp() - make_interval(secs => ${d.config.seatHoldMs / 1000}::float)`,
    )
    .executeTakeFirst()
  if (!row) return null
  const { id: invitationId, name, call_id: callId, seat_id: seat, conversation_id: conversationId } = row
  return { access: d.tokens.signGuest({ invitationId }), conversationId, callId, seat, name }
}

/** Who comes while those from outside are on hold is on hold with them: nobody but colleagues hears what is said meanwhile. */
function heldToo(
  { state: { call } }: Locked,
  seat: SeatId,
  { by_id: id, by_name: name }: InvitationRow,
): Entry[] {
  if (!call?.seats.visitor.held) return []
  const actor = { kind: 'agent', id, name } as const
  return [{ actor, body: event('held', { callId: call.id, seats: [seat] }) }]
}
