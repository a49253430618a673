/** Runs in the browser of a test: a sound that is fed. */
import { type Feeding, feedSound, type SoundFile } from '../fed-sound.ts'

const sound = new Audio()
let feeding: Feeding | null = null
Object.assign(window, {
  sound,
  feed(file: SoundFile) {
    sound.pause()
    feeding?.stop()
    feeding = feedSound(sound, file)
  },
  /** Where there is no loudspeaker an element plays only so. */
  unlock() {
    const context = new AudioContext()
    context.createMediaElementSource(sound).connect(context.destination)
  },
  load: () => feeding?.load(),
  stop: () => feeding?.stop(),
})
