/** Whether staff are here, and what happens to their conversations when they are not. */
import { sql } from 'kysely'
import { endCallInside } from '../call/call.end.ts'
import { leaveSeatsOf } from '../call/call.leave.ts'
import { leaveRinging } from '../call/call.offer.ts'
import { passOn } from '../call/call.pass-on.ts'
import { AppError } from '../contract/errors.ts'
import { append, event, system } from '../conversation/conversation.log.ts'
import { actorOf, assertTakesPart } from '../conversation/conversation.policy.ts'
import type { Actor } from '../conversation/conversation.ts'
import { type Locked, lockConversation } from '../conversation/conversation.store.ts'
import { lockSeen } from '../conversation/sight.service.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { Deps } from '../deps.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { deferring } from '../waiting/deferring.ts'
import { goOffline } from './status.service.ts'
import { eachByItself } from '../storage/each.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config'>

const clock = sql<Date>`clock_timestamp()`

/**
 * Writes whether these people are here, on the server that says so. With the last socket of a person the grace time starts; who is
 * here on another server by now stays so. Answers whether anybody came.
 */
export async function notePresence(
  db: Database,
  serverId: string,
  personIds: readonly string[],
  isHere: (personId: string) => boolean,
): Promise<boolean> {
  const here = personIds.filter(isHere)
  const gone = personIds.filter((id) => !here.includes(id))
  return await inTransaction(db, async (trx) => {
    // In one order, as they are locked otherwise one at a time.
    await sql`select 1 from person where id = any(${personIds}::uuid[]) order by id for no key update`.execute(
      trx,
    )
    if (gone.length > 0) {
      await sql`update person set gone_since = clock_timestamp() where id = any(${gone}::uuid[]) and gone_since is null
        and (here_on = ${serverId} or here_on is null)`.execute(trx)
    }
    if (here.length === 0) return false
    const { numAffectedRows: came } = await sql`update person set gone_since = null, here_on = ${serverId}
      where id = any(${here}::uuid[]) and (gone_since is not null or here_on is distinct from ${serverId})`.execute(
      trx,
    )
    return came !== undefined && came > 0n
  })
}

export async function everybodyGone(trx: Transaction): Promise<void> {
  await trx.updateTable('person').set({ gone_since: clock }).execute()
}

/**
 * Gives back the conversations of those who have been gone too long; longer is allowed inside a call. Also of those who are offline:
 * whoever took one over without ever going to work, or was set offline meanwhile, still holds it.
 */
export async function sweepGone(d: D): Promise<void> {
  const tooLong = goneTooLong(d.config)
  const { rows } = await sql<{ id: string }>`
    select id from person
    where (status <> 'offline' or exists (select 1 from conversation where agent_id = person.id and phase = 'active'))
      and ${tooLong}`.execute(d.db)
  await eachByItself(rows, async ({ id }) => {
    // Many come back at once after an outage, while this goes on.
    await giveEverythingBack(d, id, lost, async (trx) => {
      const gone = await sql`select 1 from person where id = ${id} and ${tooLong} for no key update`.execute(
        trx,
      )
      return gone.rows.length > 0
    })
  })
}

const goneTooLong = ({ agentGoneMs, agentGoneInCallMs }: D['config']) =>
  sql<boolean>`gone_since < clock_timestamp() - make_interval(secs =>
    case when exists (select 1 from call where call.agent_id = person.id and call.ended_at is null)
      then ${agentGoneInCallMs / 1000}::float else ${agentGoneMs / 1000}::float end)`

/** How a running call ends whose agent goes. */
type CallEnd = Parameters<typeof endCallInside>[3]
const lost: CallEnd = { reason: 'connectionLost', by: 'system' }
const hungUp: CallEnd = { reason: 'hungUp', by: 'agent' }
const withdrawn: CallEnd = { reason: 'withdrawn', by: 'agent' }

/** Goes offline at once, hangs up, gives everything back and leaves others' calls: signed out, or shut out. */
export async function leave(d: D, personId: string): Promise<void> {
  await giveEverythingBack(d, personId, hungUp, async () => true)
  await leaveSeatsOf(d, personId)
}

async function giveEverythingBack(
  d: D,
  personId: string,
  running: CallEnd,
  still: (trx: Transaction) => Promise<boolean>,
): Promise<void> {
  await goOffline(d, personId, still)
  const held = await d.db
    .selectFrom('conversation')
    .select('id')
    .where('agent_id', '=', personId)
    .where('phase', '=', 'active')
    .orderBy('id')
    .execute()
  await eachByItself(held, async ({ id }) => {
    await inTransaction(d.db, async (trx) => {
      const locked = await lockConversation(trx, id)
      const { phase } = locked.state
      if (phase.name !== 'active' || phase.agentId !== personId || !(await still(trx))) return
      if (await passOn(trx, d, locked, system)) return
      await giveBack(trx, d, locked, system, 'agentGone', running)
    })
  })
}

/** The agent puts a conversation back in front of its queue; where that is closed, it is a task there. Not from inside a running call. */
export async function handOver(d: D, caller: StaffCaller, conversationId: string): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const locked = await lockSeen(trx, conversationId, caller)
    assertTakesPart(locked.state, locked, caller)
    if (locked.state.call?.phase === 'connected') throw new AppError('conflict', 'Hang up first')
    await giveBack(trx, d, locked, actorOf(caller), 'handedOver')
  })
}

async function giveBack(
  trx: Transaction,
  d: D,
  locked: Locked,
  actor: Actor,
  reason: 'agentGone' | 'handedOver',
  running: CallEnd = hungUp,
): Promise<void> {
  const call = locked.state.call
  // What the visitor asked for waits on with them; what ran or was the agent's question ends.
  const waits = call?.phase === 'asking' && call.by === 'visitor'
  const ready =
    call && !waits
      ? await endCallInside(trx, d, locked, call.phase === 'connected' ? running : withdrawn)
      : locked
  const queued = { actor, body: event('queued', { reason }) }
  // Whose agent is gone may have them back in a moment, but not after hours.
  const shut = reason === 'handedOver' ? undefined : (['closed'] as const)
  const deferral = await deferring(trx, ready, ready.state.queueId, shut)
  await append(trx, d.bus, ready, [queued, ...deferral], deferral.length > 0 ? {} : { rank: -1 })
  if (!call || !waits) return
  await trx.updateTable('call').set({ deadline_at: null }).where('id', '=', call.id).execute()
  await leaveRinging(trx, d, ready)
}
