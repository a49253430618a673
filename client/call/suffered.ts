import type { WireEvent } from '../../server/contract/events.ts'
import type { SeatId } from '../../server/conversation/conversation.ts'
import type { CallItem } from '../model/timeline-item.ts'

const broken: ReadonlySet<string> = new Set(['connectionLost', 'mediaUnavailable'])

/** Whether a call that is over broke off, or was bad at the seat's own connection. `events`: those that are here. */
export function suffered(
  { callId, status }: Pick<CallItem, 'callId' | 'status'>,
  events: readonly WireEvent[],
  seat: SeatId,
): boolean {
  if (status.name !== 'ended') return false
  return broken.has(status.reason) || events.some((one) => isWarning(one, callId, seat))
}

const isWarning = (one: WireEvent, callId: string, seat: SeatId): boolean =>
  one.type === 'qualityRaised' && one.payload.callId === callId && one.payload.seat === seat
