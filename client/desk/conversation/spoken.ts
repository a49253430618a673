/** A spoken message, asked for until its files are there. */
import { atom, type ReadableAtom } from 'nanostores'
import type { SpokenMessage } from '../../../server/contract/http.ts'

export type Spoken = {
  /** Null until it is ready. */
  $message: ReadableAtom<(SpokenMessage & { processing: false }) | 'failed' | null>
  /** Asks for it, also once more where that failed. */
  look(): Promise<void>
  /** It is there, but cannot be played. */
  fail(): void
  stop(): void
}

const AGAIN_MS = 1_500

/** `ask` rejects on any failure. */
export function createSpoken(ask: (signal: AbortSignal) => Promise<SpokenMessage>): Spoken {
  const $message = atom<(SpokenMessage & { processing: false }) | 'failed' | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let ending = new AbortController()
  const stop = (): void => {
    ending.abort()
    clearTimeout(timer)
  }
  const look = async (): Promise<void> => {
    stop()
    ending = new AbortController()
    const { signal } = ending
    $message.set(null)
    try {
      const message = await ask(signal)
      if (signal.aborted) return
      if (message.processing) timer = setTimeout(() => void look(), AGAIN_MS)
      else $message.set(message)
    } catch {
      if (!signal.aborted) $message.set('failed')
    }
  }
  return { $message, look, fail: () => $message.set('failed'), stop }
}
