/** Sound of a call: one element, its voices on a volume each, all heard in both ears. */
import type { SeatId } from '../../server/conversation/conversation.ts'
import { feedMedia, type MediaFile } from './fed-media.ts'
import { sound } from './media-parts.ts'

export type SideSound = {
  element: HTMLAudioElement
  /** Anew, where it could not be had. */
  load(): void
  setVolume(seat: SeatId, volume: number): void
  /** From the element to the loudspeaker, ms, as far as the browser knows. */
  delay(): number
  /** Lets sound out; browsers want a click first. */
  unlock(): void
  close(): void
}

type Wanted = { file: MediaFile; channels: readonly SeatId[] }

export function createSideSound({ file, channels }: Wanted): SideSound {
  const element = new Audio()
  element.preload = 'auto'
  element.preservesPitch = true
  const feeding = feedMedia(element, sound, file)
  const gains = new Map<SeatId, GainNode>()
  let context: AudioContext | null = null
  const volumes = new Map<SeatId, number>()

  const build = () => {
    context = new AudioContext()
    const source = context.createMediaElementSource(element)
    const splitter = context.createChannelSplitter(Math.max(1, channels.length))
    source.connect(splitter)
    for (const [index, seat] of channels.entries()) {
      const gain = context.createGain()
      gain.gain.value = volumes.get(seat) ?? 1
      splitter.connect(gain, index)
      gain.connect(context.destination)
      gains.set(seat, gain)
    }
  }
  return {
    element,
    load: feeding.load,
    setVolume(seat, volume) {
      volumes.set(seat, volume)
      const gain = gains.get(seat)
      if (gain && context) gain.gain.setTargetAtTime(volume, context.currentTime, 0.01)
    },
    delay() {
      // Older Safari tells none.
      const { outputLatency = 0 } = context ?? {}
      return outputLatency * 1_000
    },
    unlock() {
      if (!context) build()
      void context?.resume()
    },
    close() {
      element.pause()
      feeding.stop()
      element.removeAttribute('src')
      element.load()
      void context?.close()
    },
  }
}
