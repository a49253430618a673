import type { Seats, SeatState } from './conversation.ts'

const seat = { name: null, sources: [], muted: false, present: true, held: null } satisfies Partial<SeatState>

/** The two sides as a call begins with them. */
export const twoSeats: Seats = {
  visitor: { ...seat, kind: 'visitor' },
  agent: { ...seat, kind: 'agent' },
}
