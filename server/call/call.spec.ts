/** What the media node is told of a call. Pure. */
import type { Seat, RoomSpec } from '../../sfu/control/contract.ts'
import type { CallState, SeatId, SeatKind } from '../conversation/conversation.ts'
import { type CallRow, type SeatRow, takenSeats } from './call.store.ts'
import type { SupervisorMode } from './call.ts'
import { hearsOf } from './hearing.policy.ts'

type Seated = Pick<CallRow, 'seats'>
const sources = ['mic', 'cam', 'screen'] as const

/** Who receives whose media. Seats nobody has sat down in count: they will. */
export const hearing = (call: CallState, row: Seated): ReadonlyMap<SeatId, readonly SeatId[]> =>
  hearsOf(
    row.seats.map((seat) => ({
      id: seat.seat_id,
      kind: seat.kind as SeatKind,
      held: Boolean(call.seats[seat.seat_id]?.held),
      aside: Boolean(call.seats[seat.seat_id]?.aside),
      mode: seat.mode as SupervisorMode | null,
    })),
  )

/** The wanted state of the call's room. Seats that nobody has sat down in yet are left out. */
export function roomSpec(call: CallState, row: Seated): RoomSpec {
  const taken = takenSeats(row)
  const heard = hearing(call, row)
  const agreed = call.consent?.record ?? []
  const isRecorded = (id: SeatId) => call.seats[id]?.recorded === true
  const isApart = ({ seat_id: id, kind }: SeatRow) =>
    (kind === 'agent' || kind === 'supervisor') &&
    taken.some((to) => heard.get(to.seat_id)?.includes(id) && (isRecorded(id) || isRecorded(to.seat_id)))
  // The visitor's consent names what is theirs; of what the visitor does not get to hear, only voices that a queue wants, apart.
  const recordOf = (seat: SeatRow): Pick<Seat, 'record' | 'aside'> => {
    if (seat.seat_id === 'visitor' || agreed.length === 0) return { record: agreed }
    if (heard.get('visitor')?.includes(seat.seat_id)) return { record: [...sources] }
    return isApart(seat) ? { record: ['mic'], aside: true } : { record: [] }
  }
  const connected = call.phase === 'connected'
  return {
    flow: connected,
    recording: connected && agreed.length > 0 ? (call.pause ? 'paused' : 'on') : 'off',
    ...(call.pause ? { pause: call.pause.number } : {}),
    ...(call.phase === 'connected' && call.captions ? { captions: true } : {}),
    seats: taken.map(
      (seat): Seat => ({
        id: seat.seat_id,
        role: seat.kind as SeatKind,
        epoch: seat.epoch,
        send: seat.mode === 'listen' ? [] : [...sources],
        hears: (heard.get(seat.seat_id) ?? []).filter((id) => taken.some((one) => one.seat_id === id)),
        muted: call.seats[seat.seat_id]?.muted ? ['mic'] : [],
        ...recordOf(seat),
      }),
    ),
  }
}
