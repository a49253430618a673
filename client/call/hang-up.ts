import { persistOn } from '../media/persist.ts'
import type { CallWire } from '../media/wire.ts'
import { failureOf } from '../wire/request-error.ts'

const KEY = 'parley.hangUp'

/** Hanging up is a word that must arrive: kept over reloads and lost sockets until the server has heard it. */
export function createHangUp(wire: CallWire) {
  const stopping = new AbortController()
  const persist = persistOn(wire, stopping.signal)

  async function tell(callId: string): Promise<void> {
    remember(callId)
    try {
      await persist('call.hangUp', { callId })
      forget()
    } catch (error) {
      // Refused: the call is over already. Stopped: the next page says it.
      if (!stopping.signal.aborted) forget()
      else console.debug('hang-up is said by the next page', failureOf(error).code)
    }
  }
  const left = recall()
  if (left) void tell(left)
  return { tell: (callId: string) => void tell(callId), close: () => stopping.abort() }
}

// A frame may be denied storage: then a hang-up lasts as long as the page.
function recall(): string | null {
  try {
    return sessionStorage.getItem(KEY)
  } catch {
    return null
  }
}
function remember(callId: string): void {
  try {
    sessionStorage.setItem(KEY, callId)
  } catch (error) {
    console.debug('no storage in this frame', error)
  }
}
function forget(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch (error) {
    console.debug('no storage in this frame', error)
  }
}
