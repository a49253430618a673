/** Who may be asked into a call. Pure. */
import type { CallState, Purpose } from '../call/call.ts'
import { AppError } from '../contract/errors.ts'

/** People in one call, those who are asked in among them; supervisors apart. */
export const MOST_IN_A_CALL = 5

/** Throws `conflict` for a call that does not run or is full, for whom is in it already, and for a second consultation. */
export function assertMayJoin(
  call: CallState | null,
  { personId, purpose }: { personId: string | null; purpose: Purpose },
): CallState {
  if (call?.phase !== 'connected') throw new AppError('conflict', 'The call is not connected')
  const seats = Object.values(call.seats).filter(({ kind }) => kind !== 'supervisor')
  const invited = call.invited ?? []
  const known = [...seats, ...invited].some((one) => one.personId === personId)
  if (personId !== null && known) throw new AppError('conflict', 'Already in the call, or asked into it')
  if (seats.length + invited.length >= MOST_IN_A_CALL) throw new AppError('conflict', 'The call is full')
  const consults =
    seats.some(({ aside, kind }) => aside && kind === 'agent') ||
    invited.some((one) => one.purpose === 'consult')
  if (purpose === 'consult' && consults) throw new AppError('conflict', 'Somebody is being consulted already')
  return call
}
