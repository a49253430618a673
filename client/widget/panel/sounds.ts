/** One soft sound for a message that arrives unseen. Nothing before the visitor's first act in the panel. */
import { atom } from 'nanostores'
import type { Store } from '../../wire/storage.ts'

/** At most one sound in this time. */
const REST_MS = 10_000
/** Tabs hear of a message within this time of each other. */
const TOGETHER_MS = 1_000
const KEY = 'parley.muted'

export function createSounds(store: Store) {
  const $muted = atom(store.get(KEY) === 'yes')
  let context: AudioContext | null = null
  let last = 0
  const unlock = (): void => {
    context ??= new AudioContext()
  }
  for (const name of ['pointerdown', 'keydown']) addEventListener(name, unlock, { once: true })

  const tone = (audio: AudioContext, hertz: number, at: number): void => {
    const oscillator = audio.createOscillator()
    const gain = audio.createGain()
    oscillator.frequency.value = hertz
    gain.gain.setValueAtTime(0, at)
    gain.gain.linearRampToValueAtTime(0.08, at + 0.02)
    gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.35)
    oscillator.connect(gain).connect(audio.destination)
    oscillator.start(at)
    oscillator.stop(at + 0.4)
  }

  return {
    $muted,
    toggle(): void {
      $muted.set(!$muted.get())
      store.set(KEY, $muted.get() ? 'yes' : 'no')
    },
    chime(): void {
      if (!context || $muted.get() || Date.now() - last < REST_MS) return
      last = Date.now()
      const audio = context
      const ring = (): void => {
        tone(audio, 660, audio.currentTime)
        tone(audio, 880, audio.currentTime + 0.12)
      }
      if (!('locks' in navigator)) return ring()
      // Of several tabs one rings.
      navigator.locks
        .request(KEY, { ifAvailable: true }, (lock) => {
          if (!lock) return
          ring()
          return new Promise((resolve) => setTimeout(resolve, TOGETHER_MS))
        })
        .catch(ring)
    },
  }
}
export type Sounds = ReturnType<typeof createSounds>
