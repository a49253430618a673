/** The strong noise suppression between a microphone and what is sent of it. */
import { atom, type ReadableAtom } from 'nanostores'

/** `waiting`: it starts, or the browser lets nothing sound before a click; meanwhile the microphone itself is sent. */
export type HushState = 'off' | 'waiting' | 'on' | 'failed'

/**
 * Makes a track of a microphone's, and resolves to it once something comes out of it. Rejects where the browser cannot do it.
 * `onRuns(false)`: nothing comes out any more, for now. `signal`: it is not wanted any more, made or not.
 */
export type Suppressor = (
  raw: MediaStreamTrack,
  signal: AbortSignal,
  onRuns: (runs: boolean) => void,
) => Promise<MediaStreamTrack>

export type Hush = {
  readonly $state: ReadableAtom<HushState>
  /** The microphone's track from now on, and whether it is to be filtered. */
  over(raw: MediaStreamTrack, wanted: boolean): void
  end(): void
}

/** `send`: what is to be sent of that microphone from now on. Nobody is silent while the filter is made, nor where it fails. */
export function createHush(
  suppress: Suppressor,
  send: (raw: MediaStreamTrack, sent: MediaStreamTrack) => void,
): Hush {
  const $state = atom<HushState>('off')
  let wanted = new AbortController()

  function end(): void {
    wanted.abort()
    $state.set('off')
  }

  async function begin(raw: MediaStreamTrack, signal: AbortSignal): Promise<void> {
    let made: MediaStreamTrack | null = null
    const settle = (runs: boolean): void => {
      if (signal.aborted || !made) return
      // The filter hears what the microphone hears; who is muted is so by what is sent.
      if (runs) raw.enabled = true
      send(raw, runs ? made : raw)
      $state.set(runs ? 'on' : 'waiting')
    }
    try {
      made = await suppress(raw, signal, settle)
      settle(true)
    } catch (error) {
      if (signal.aborted) return
      console.warn('no noise suppression', error)
      $state.set('failed')
    }
  }

  return {
    $state,
    over(raw, on) {
      const filtered = $state.get() === 'on'
      end()
      if (filtered) send(raw, raw)
      if (!on) return
      wanted = new AbortController()
      $state.set('waiting')
      void begin(raw, wanted.signal)
    },
    end,
  }
}
