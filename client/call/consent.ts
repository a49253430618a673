/** What the visitor has agreed to before, and taking it back while the call runs. */
import { atom, type ReadableAtom } from 'nanostores'
import type { CallState, Source } from '../../server/conversation/conversation.ts'
import { untilAnswered } from '../wire/until-answered.ts'
import type { CallWire } from '../media/wire.ts'
import { failureOf } from '../wire/request-error.ts'

export type Agreed = {
  /** Sources for which the visitor need not be asked. */
  readonly $before: ReadableAtom<readonly Source[]>
  /** It has been taken back here and the server has not answered yet. */
  readonly $withdrawing: ReadableAtom<boolean>
  /** Nothing is recorded any more. */
  withdraw(): void
  /** Whether the call ends by it, as was told last. */
  readonly $ends: ReadableAtom<boolean>
  /** It is asked anew: the call may be in another queue than it was. */
  look(): void
}

/** The visitor's side alone has it. */
export function createAgreed(
  wire: CallWire,
  $call: ReadableAtom<CallState | null>,
  signal: AbortSignal,
): Agreed {
  const $before = atom<readonly Source[]>([])
  const $withdrawing = atom(false)
  const $ends = atom(true)

  // Of several answers the last that was asked for counts, and none from before it was taken back.
  let asked = 0
  const load = (): void => {
    const own = ++asked
    wire.request('consent.remembered', {}).then(
      ({ record, ends }) => {
        $ends.set(ends)
        if (own === asked && !$withdrawing.get()) $before.set(record)
      },
      // Not connected: they are asked again.
      () => undefined,
    )
  }

  async function tell(callId: string): Promise<void> {
    asked++
    $withdrawing.set(true)
    $before.set([])
    try {
      await untilAnswered(wire, signal, () => wire.request('consent.withdraw', { callId }))
    } catch (error) {
      // The call is over, and its recording with it.
      if (!signal.aborted) console.debug('consent.withdraw', failureOf(error).code)
    }
    asked++
    $withdrawing.set(false)
  }

  wire.onOnline(load)
  // What was said in a call holds in the next.
  $call.listen((call) => {
    if (call === null) load()
  })
  load()
  return {
    $before,
    $withdrawing,
    withdraw() {
      const call = $call.get()
      if (call && !$withdrawing.get()) void tell(call.id)
    },
    $ends,
    look: load,
  }
}

/** Whether what is recorded of this call can be ended by the one who agreed to it. */
export const isRecordable = (call: CallState | null): boolean =>
  call?.phase === 'connected' && !call.voicemail && (call.consent?.record.length ?? 0) > 0
