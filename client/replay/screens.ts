/** The videos of the pictures at hand: whether one is there, and what is done to one of them, a step to the next picture. */
import { neighbourPicture, type Still } from './frame-step.ts'
import { nextFrame, tellsFrames } from './frames.ts'
import type { Axis, Span } from './axis.ts'
import type { Player } from './player.ts'
import { isAtEnd, isReady, type Part } from './readiness.ts'

/** `time`: of what the video shows just now, in seconds from its beginning. `shown`: not only standing ready. */
export type Screen = {
  video: HTMLVideoElement
  source: 'cam' | 'screen'
  from: number
  time: number
  shown: boolean
}
/** By the picture's id. */
export type Screens = Map<string, Screen>

/** What stands no farther from its place is nudged there while it plays. */
const NEAR_S = 0.5

type Placed = Span & { id: string }

/** The pictures as parts that are waited for. Nobody waits for what nobody sees. */
export const partsOf = (pictures: readonly Placed[], screens: Screens): Part[] =>
  pictures.map(({ id, from, to }) => ({
    ...{ id, from, to },
    ready(time) {
      const video = screens.get(id)?.video
      if (document.hidden && (!video || document.pictureInPictureElement !== video)) return true
      if (!video || !isReady(video)) return false
      return Math.abs(video.currentTime - (time - from) / 1_000) < NEAR_S || isAtEnd(video)
    },
  }))

/** Where no picture is shown, none comes, or the browser does not tell which is shown. */
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
  const all = [...screens.values()].filter(({ shown }) => shown)
  const largest = all.find(({ source }) => source === 'screen') ?? all[0]
  if (!largest || !tellsFrames(largest.video)) return player.skip(by * USUAL_MS)
  stepping = true
  try {
    const time = await neighbourPicture(stillOf(largest), by)
    if (time === null) player.skip(by * USUAL_MS)
    else player.seek(axis.toPlay(largest.from + time * 1_000))
  } finally {
    stepping = false
  }
}

const stillOf = (screen: Screen): Still => {
  const { video } = screen
  return {
    shown: () => screen.time,
    duration: () => (Number.isFinite(video.duration) ? video.duration : 0),
    goTo: (time) =>
      new Promise((resolve) => {
        const gone = new AbortController()
        const done = () => {
          clearTimeout(timer)
          unwatch()
          gone.abort()
          resolve()
        }
        const unwatch = nextFrame(video, (_, { mediaTime }) => {
          screen.time = mediaTime
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
  }
}
