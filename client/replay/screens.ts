/** The videos of the pictures that are shown, for what is done to one of them: a step to the next picture. */
import { neighbourPicture, type Still } from './frame-step.ts'
import type { Axis } from './axis.ts'
import type { Player } from './player.ts'

/** What a video shows just now, in seconds from its beginning. */
export type Shown = { source: 'cam' | 'screen'; from: number; time: number }
export type Screens = Map<HTMLVideoElement, Shown>

/** Where no picture is shown, or none comes. */
const USUAL_MS = 1_000 / 30
/** A place that takes longer to reach is not waited for. */
const SLOW_MS = 1_500
/** So long after its place is reached a picture may be drawn; the same one is not drawn again. */
const DRAWN_MS = 80

let stepping = false

type Stepped = { screens: Screens; player: Player; axis: Axis }

/** Stops, and goes on or back by exactly one picture of what is largest. */
export async function stepPicture({ screens, player, axis }: Stepped, by: 1 | -1): Promise<void> {
  player.pause()
  if (stepping) return
  const all = [...screens.entries()]
  const [video, shown] = all.find(([, { source }]) => source === 'screen') ?? all[0] ?? []
  if (!video || !shown) return player.skip(by * USUAL_MS)
  stepping = true
  try {
    const time = await neighbourPicture(stillOf(video, shown), by)
    if (time === null) player.skip(by * USUAL_MS)
    else player.seek(axis.toPlay(shown.from + time * 1_000))
  } finally {
    stepping = false
  }
}

const stillOf = (video: HTMLVideoElement, shown: Shown): Still => ({
  shown: () => shown.time,
  duration: () => (Number.isFinite(video.duration) ? video.duration : 0),
  goTo: (time) =>
    new Promise((resolve) => {
      const gone = new AbortController()
      const done = () => {
        clearTimeout(timer)
        video.cancelVideoFrameCallback(handle)
        gone.abort()
        resolve()
      }
      const handle = video.requestVideoFrameCallback((_, { mediaTime }) => {
        shown.time = mediaTime
        done()
      })
      let timer = setTimeout(done, SLOW_MS)
      const reached = () => {
        // That of an earlier wish.
        if (video.seeking) return
        clearTimeout(timer)
        timer = setTimeout(done, DRAWN_MS)
      }
      video.addEventListener('seeked', reached, { signal: gone.signal })
      video.currentTime = time
    }),
})
