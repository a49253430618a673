/** Who may be asked into a call. Pure. */
import type { CallState, Purpose } from '../call/call.ts'
import { AppError } from '../contract/errors.ts'
import { reachable } from '../routing/admission.policy.ts'
import type { Contact, Snapshot } from '../routing/routing.ts'

/** People in one call, those who are asked in among them; supervisors apart. */
export const MOST_IN_A_CALL = 5

/**
 * Throws `conflict` for a call that does not run or is full (reason `full`), for whom is in it already, and for a second
 * consultation.
 */
export function assertMayJoin(
  call: CallState | null,
  { personId, purpose }: { personId: string | null; purpose: Purpose },
): CallState {
  if (call?.phase !== 'connected') throw new AppError('conflict', 'The call is not connected')
  const seats = Object.values(call.seats).filter(({ kind }) => kind !== 'supervisor')
  const invited = call.invited ?? []
  const known = [...seats, ...invited].some((one) => one.personId === personId)
  if (personId !== null && known) throw new AppError('conflict', 'Already in the call, or asked into it')
  if (seats.length + invited.length >= MOST_IN_A_CALL)
    throw new AppError('conflict', 'The call is full', { detail: { reason: 'full' } })
  const consults =
    seats.some(({ aside, kind }) => aside && kind === 'agent') ||
    invited.some((one) => one.purpose === 'consult')
  if (purpose === 'consult' && consults) throw new AppError('conflict', 'Somebody is being consulted already')
  return call
}

/** Ids of the people who sit in a call. */
export const seatedIn = ({ seats }: CallState): Set<string> =>
  new Set(Object.values(seats).flatMap(({ personId }) => personId ?? []))

/** Whether anybody at work could come for the queue that is asked, or for those into which it overflows. */
export function mayCome(asked: Contact, { queues, agents }: Snapshot): boolean {
  const entered = queues.find(({ id }) => id === asked.queueId)
  const ids = [asked.queueId, ...(entered?.overflow ?? []).map(({ toQueueId }) => toQueueId)]
  return queues.some(
    (queue) =>
      ids.includes(queue.id) &&
      reachable({ ...asked, queueId: queue.id }, new Map([[queue.id, { ...queue, overflow: [] }]]), agents),
  )
}
