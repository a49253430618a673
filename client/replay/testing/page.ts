/** Runs in the browser of a test: a sound or a picture that is fed. */
import { type Feeding, feedMedia, type MediaFile } from '../fed-media.ts'
import { picture, sound } from '../media-parts.ts'

let feeding: Feeding | null = null
const elements = { sound: new Audio(), picture: document.createElement('video') }
elements.picture.muted = true
document.body.append(elements.picture)
Object.assign(window, {
  media: elements.sound,
  feed(what: 'sound' | 'picture', file: MediaFile, at = 0) {
    window.media.pause()
    feeding?.stop()
    window.media = elements[what]
    window.media.currentTime = at
    feeding = feedMedia(window.media, what === 'sound' ? sound : picture, file)
  },
  /** Where there is no loudspeaker an element plays only so. */
  unlock() {
    const context = new AudioContext()
    context.createMediaElementSource(window.media).connect(context.destination)
  },
  load: () => feeding?.load(),
  stop: () => feeding?.stop(),
})
