import { useEffect } from 'react'
import type { Call } from './controller.ts'
import type { CallNow } from './use-call.ts'

/** Of later browsers; the types of the DOM library lag behind. */
type CallActions = {
  setActionHandler(action: string, handler: (() => void) | null): void
  setMicrophoneActive?(active: boolean): void
}

/** The buttons of a headset or keyboard, and of the browser's own small windows, act on the call while it is here. */
export function useHeadset(call: Call, now: CallNow): void {
  const connected = now.phase === 'connected'
  const muted = now.mute.wished
  const { listens } = now
  useEffect(() => {
    if (!connected || !('mediaSession' in navigator)) return
    const session = navigator.mediaSession as unknown as CallActions
    const set = (action: string, handler: (() => void) | null) => {
      try {
        session.setActionHandler(action, handler)
      } catch (error) {
        // A browser that does not know the action says so by a TypeError.
        if (!(error instanceof TypeError)) throw error
      }
    }
    session.setMicrophoneActive?.(!muted)
    set('hangup', () => call.hangUp())
    set('togglemicrophone', listens ? null : () => call.mute(!muted))
    return () => {
      set('hangup', null)
      set('togglemicrophone', null)
    }
  }, [call, connected, muted, listens])
}
