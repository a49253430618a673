/** Supervisors in running calls: who listens, whispers or joins. Each beginning, change and end is in the audit log. */
import { writeAudit } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import { append } from '../conversation/conversation.log.ts'
import type { SeatId, SeatState } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { lockSeenCall } from '../conversation/sight.service.ts'
import type { Deps } from '../deps.ts'
import { may } from '../permission/permission.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { asideOf } from './aside.store.ts'
import { assertInNoOtherCall } from './call.answer.ts'
import { presentCall } from './call.policy.ts'
import { joinSeat, retold } from './call.seats.ts'
import { changeCall, changeSeat } from './call.store.ts'
import type { SupervisorMode } from './call.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config'>

export function assertSupervises(caller: StaffCaller): void {
  if (!may(caller.role, 'supervise')) throw new AppError('notAllowed', 'Your role does not allow this')
}

/**
 * Gives the supervisor a seat in the running call, or another part in it. Throws `conflict` when the call is not
 * connected, or the supervisor is in it as somebody else or in another one.
 */
export async function supervise(
  d: D,
  caller: StaffCaller,
  { callId, mode }: { callId: string; mode: SupervisorMode },
): Promise<void> {
  assertSupervises(caller)
  await inTransaction(d.db, async (trx) => {
    const { locked, row } = await lockSeenCall(trx, callId, caller)
    const call = presentCall(locked.state, callId)
    // A spoken message has nobody at the other end.
    if (call.phase !== 'connected' || call.voicemail)
      throw new AppError('conflict', 'The call is not connected')
    const own = row.seats.find((seat) => seat.person_id === caller.personId)
    if (row.agent_id === caller.personId || (own && own.kind !== 'supervisor'))
      throw new AppError('conflict', 'You are in this call')
    if (own?.mode === mode) return
    await writeSupervision(trx, caller, locked, 'supervised', { callId, mode })
    const as = await seatIn(trx, locked, mode)
    if (own) return await change(trx, d, locked, { seat: own.seat_id, caller, as })
    await assertInNoOtherCall(trx, caller.personId, callId)
    const { personId, name } = caller
    const joining = { kind: 'supervisor' as const, name, personId, ...as }
    await joinSeat(trx, d, locked, { callId, ...joining, silent: isSilent(d, mode) })
  })
}

const isSilent = (d: D, mode: SupervisorMode): boolean => mode === 'listen' && !d.config.listeningShown
type Part = Pick<SeatState, 'aside' | 'recorded'> & { mode: SupervisorMode }

async function seatIn(trx: Transaction, locked: Locked, mode: SupervisorMode): Promise<Part> {
  if (mode === 'barge') return { mode }
  return mode === 'listen' ? { mode, aside: true } : { mode, ...(await asideOf(trx, locked)) }
}

async function change(
  trx: Transaction,
  d: D,
  locked: Locked,
  { seat, caller, as }: { seat: SeatId; caller: StaffCaller; as: Part },
): Promise<void> {
  const call = locked.state.call
  if (!call) return
  const { personId, name } = caller
  const unseen = { kind: 'supervisor' as const, name, sources: [], muted: false, present: true, held: null }
  // Who listened unseen has sent nothing yet; who was seen stays so.
  const known = call.seats[seat] ?? { ...unseen, personId, aside: true as const }
  // A listener's media end at once; what the media node then reports is of a seat that shows nothing.
  const shows = as.mode === 'listen' ? { ...known, sources: [] } : known
  await append(trx, d.bus, locked, retold(call.id, seat, shows, as))
  await changeSeat(trx, { callId: call.id, seatId: seat }, { mode: as.mode })
  await changeCall(trx, d.bus, call.id)
}

export async function writeSupervision(
  trx: Transaction,
  caller: StaffCaller,
  { id }: Locked,
  action: 'supervised' | 'tookOver' | 'reassigned',
  after: object,
): Promise<void> {
  await writeAudit(trx, caller, [{ action, kind: 'conversation', subjectId: id, before: null, after }])
}
