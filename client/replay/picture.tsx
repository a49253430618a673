import { type ReactNode, type RefObject, useEffect, useRef } from 'react'
import { correction, createLead } from './follow.ts'
import type { Player } from './player.ts'
import type { Picture as PictureOf } from './scene.ts'
import type { Screens } from './screens.ts'

const SETTLE_MS = 250

/** Seconds into the picture at the player's moment, `ahead` ms from now. */
const due = (player: Player, picture: PictureOf, ahead = 0): number =>
  Math.max(0, (player.time() + ahead * player.$rate.get() - picture.from) / 1_000)

type Followed = { video: HTMLVideoElement; player: Player; picture: PictureOf; screens?: Screens }

/** Keeps a muted video in step with the player: it nudges the pace, and moves it only when far off. */
function follow({ video, player, screens, picture }: Followed): () => void {
  const shown = { source: picture.source, from: picture.from, time: 0 }
  screens?.set(video, shown)
  let handle = 0
  let seekedAt = Number.NEGATIVE_INFINITY
  const lead = createLead()
  const place = (aheadMs = 0) => {
    seekedAt = performance.now()
    lead.begin(seekedAt)
    video.currentTime = due(player, picture, aheadMs)
  }
  const onFrame = (now: number, { mediaTime, expectedDisplayTime }: VideoFrameCallbackMetadata) => {
    handle = video.requestVideoFrameCallback(onFrame)
    shown.time = mediaTime
    if (!video.seeking) lead.end(now)
    if (!player.$playing.get() || video.seeking || now - seekedAt < SETTLE_MS) return
    const ahead = mediaTime - due(player, picture, expectedDisplayTime - performance.now())
    const act = correction(ahead, player.$rate.get())
    if (act.kind === 'seek') place(lead.ms())
    else if (Math.abs(video.playbackRate - act.rate) > 0.005) video.playbackRate = act.rate
  }
  const run = (playing: boolean) => {
    video.playbackRate = player.$rate.get()
    // A pause that follows at once interrupts it; nothing is lost by that.
    if (playing) video.play().catch(() => undefined)
    else video.pause()
  }
  handle = video.requestVideoFrameCallback(onFrame)
  const stops = [
    player.$playing.subscribe(run),
    player.$places.subscribe(() => place()),
    player.$rate.listen((rate) => {
      video.playbackRate = rate
    }),
  ]
  return () => {
    video.cancelVideoFrameCallback(handle)
    for (const stop of stops) stop()
    screens?.delete(video)
    video.pause()
  }
}

type Props = {
  picture: PictureOf
  player: Player
  label: string
  shown: boolean
  /** Where it is entered while it is shown. */
  screens?: Screens
  /** What can be done with it. */
  tools?: (video: RefObject<HTMLVideoElement | null>) => ReactNode
}

/** One stretch of picture. Made a little before its time, so that it stands ready. */
export function Picture({ picture, player, label, shown, screens, tools }: Props) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(
    () => (video.current && shown ? follow({ video: video.current, player, picture, screens }) : undefined),
    [player, picture, shown, screens],
  )
  return (
    <figure className={`picture ${picture.side} ${picture.source}`} hidden={!shown}>
      <video
        ref={video}
        src={picture.src}
        muted
        playsInline
        preload="auto"
        aria-label={label}
        width={picture.width || undefined}
        height={picture.height || undefined}
      />
      <figcaption>{label}</figcaption>
      {shown ? tools?.(video) : null}
    </figure>
  )
}
