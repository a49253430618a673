import type { SeatId, SeatState, Side } from '../../server/conversation/conversation.ts'
import type { CallNow } from './use-call.ts'

export type Other = { seat: SeatId; name: string; state: SeatState }

/** Everybody else in the call; the one of the two sides who is not oneself first, by the name the reader is told. */
export const othersOf = ({ call, own, agentName }: CallNow, side: Side, peer: string): Other[] =>
  // Whoever speaks a message is alone with it.
  Object.entries(call?.voicemail ? {} : (call?.seats ?? {}))
    .filter(([seat]) => seat !== own)
    .map(([seat, state]) => {
      const unnamed = seat === 'agent' && side === 'agent' ? (agentName ?? peer) : peer
      return { seat, name: state.name ?? unnamed, state }
    })
