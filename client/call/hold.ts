import { atom, type ReadableAtom } from 'nanostores'
import type { CallState, Hold as HeldSince, SeatId } from '../../server/conversation/conversation.ts'
import { untilAnswered } from '../wire/until-answered.ts'
import { failureOf } from '../wire/request-error.ts'
import type { Wire } from '../wire/wire.ts'

/** The agent's switch. */
export type Hold = {
  /** What was asked for here and the log does not show yet. */
  readonly $wished: ReadableAtom<boolean | null>
  set(on: boolean): void
  /** For a key: the other of what is shown. Without a call that runs, nothing. */
  toggle(): void
}

export function createHold(
  wire: Wire<'desk'>,
  $call: ReadableAtom<CallState | null>,
  signal: AbortSignal,
): Hold {
  const $wished = atom<boolean | null>(null)
  const running = () => {
    const call = $call.get()
    return call?.phase === 'connected' ? call : null
  }

  async function tell(callId: string, held: boolean): Promise<void> {
    $wished.set(held)
    try {
      await untilAnswered(wire, signal, () => wire.request('call.hold', { callId, held }))
    } catch (error) {
      if (!signal.aborted) console.warn('hold refused', failureOf(error).code)
    }
    if ($wished.get() === held) $wished.set(null)
  }

  const set = (on: boolean) => {
    const call = running()
    if (call) void tell(call.id, on)
  }
  return {
    $wished,
    set,
    toggle() {
      const call = running()
      if (call) set(!($wished.get() ?? heldIn(call, 'agent') !== null))
    },
  }
}

/** The hold that the one in this seat is told of: their own, else the one of the others that began first. */
export function heldIn(call: CallState, own: SeatId): (HeldSince & { own: boolean }) | null {
  const mine = call.seats[own]?.held
  if (mine) return { ...mine, own: true }
  const holds = Object.values(call.seats).flatMap(({ held }) => (held ? [held] : []))
  const first = holds.sort((a, b) => a.since - b.since)[0]
  return first ? { ...first, own: false } : null
}
