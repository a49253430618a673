/** Supervisors in running calls: who listens, whispers or joins. Each beginning, change and end is in the audit log. */
import { writeAudit } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import { append } from '../conversation/conversation.log.ts'
import type { SeatId } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { lockSeenCall } from '../conversation/sight.service.ts'
import type { Deps } from '../deps.ts'
import { may } from '../permission/permission.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
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
    if (own) await change(trx, d, locked, { seat: own.seat_id, caller, mode })
    else {
      await assertInNoOtherCall(trx, caller.personId, callId)
      await joinSeat(trx, d, locked, { callId, ...seated(caller, mode), silent: isSilent(d, mode) })
    }
  })
}

const isSilent = (d: D, mode: SupervisorMode): boolean => mode === 'listen' && !d.config.listeningShown
const asideIn = (mode: SupervisorMode) => (mode === 'barge' ? {} : ({ aside: true } as const))
const seated = ({ personId, name }: StaffCaller, mode: SupervisorMode) => ({
  ...{ kind: 'supervisor' as const, name, personId, mode },
  ...asideIn(mode),
})

async function change(
  trx: Transaction,
  d: D,
  locked: Locked,
  { seat, caller, mode }: { seat: SeatId; caller: StaffCaller; mode: SupervisorMode },
): Promise<void> {
  const call = locked.state.call
  if (!call) return
  const { personId, name } = caller
  const unseen = { kind: 'supervisor' as const, name, sources: [], muted: false, present: true, held: null }
  // Who listened unseen has sent nothing yet; who was seen stays so.
  const known = call.seats[seat] ?? { ...unseen, personId, aside: true as const }
  // A listener's media end at once; what the media node then reports is of a seat that shows nothing.
  const shows = mode === 'listen' ? { ...known, sources: [] } : known
  await append(trx, d.bus, locked, retold(call.id, seat, shows, { mode, ...asideIn(mode) }))
  await changeSeat(trx, { callId: call.id, seatId: seat }, { mode })
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
