import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { correction, createLead } from './follow.ts'
import { nextFrame } from './frames.ts'
import { showWords } from './no-picture.ts'
import type { Player } from './player.ts'
import type { Picture as PictureOf } from './scene.ts'
import type { Screen, Screens } from './screens.ts'

const SETTLE_MS = 250

/** Seconds into the picture at the player's moment, `ahead` ms from now. */
const due = (player: Player, picture: PictureOf, ahead = 0): number =>
  Math.max(0, (player.time() + ahead * player.$rate.get() - picture.from) / 1_000)

/** What stands ready so close to its place is not sought there while all goes on. */
const THERE_S = 0.1
/** Browsers round what they were told. */
const JUST_THERE_S = 0.001

type Followed = { screen: Screen; player: Player; picture: PictureOf }

/** Keeps a muted video in step with the player: it nudges the pace, and moves it only when far off. */
function follow({ screen, player, picture }: Followed): () => void {
  const { video } = screen
  const gone = new AbortController()
  screen.shown = true
  let seekedAt = Number.NEGATIVE_INFINITY
  let inStep = false
  const lead = createLead()
  const place = (aheadMs = 0) => {
    seekedAt = performance.now()
    inStep = false
    lead.begin(seekedAt)
    video.currentTime = due(player, picture, aheadMs)
  }
  const onFrame: Parameters<typeof nextFrame>[1] = (now, { mediaTime, expectedDisplayTime }) => {
    unwatch = nextFrame(video, onFrame)
    screen.time = mediaTime
    if (!video.seeking) lead.end(now)
    if (!player.$running.get() || video.seeking || now - seekedAt < SETTLE_MS) return
    const ahead = mediaTime - due(player, picture, expectedDisplayTime - performance.now())
    const rate = player.$rate.get()
    const act = correction(ahead, rate, inStep)
    if (act.kind === 'seek') return place(lead.ms())
    inStep = act.rate === rate
    if (inStep || Math.abs(video.playbackRate - act.rate) > 0.005) video.playbackRate = act.rate
  }
  const run = (playing: boolean) => {
    inStep = false
    video.playbackRate = player.$rate.get()
    // A pause that follows at once interrupts it; nothing is lost by that.
    if (playing) video.play().catch(() => undefined)
    else video.pause()
  }
  let unwatch = nextFrame(video, onFrame)
  // Loaded anew it stands still, and elsewhere the time has gone on.
  const onAnew = () => {
    // Sought twice it would be read and decoded twice.
    if (Math.abs(video.currentTime - due(player, picture)) > JUST_THERE_S) place()
    run(player.$running.get())
  }
  video.addEventListener('loadedmetadata', onAnew, { signal: gone.signal })
  const there = player.$running.get() && Math.abs(video.currentTime - due(player, picture)) < THERE_S
  if (!there) place()
  const stops = [
    player.$running.subscribe(run),
    player.$places.listen(() => place()),
    player.$rate.listen((rate) => {
      video.playbackRate = rate
    }),
  ]
  return () => {
    gone.abort()
    unwatch()
    for (const stop of stops) stop()
    screen.shown = false
    video.pause()
  }
}

type Props = {
  /** Null: none just now, only its window is kept. */
  picture: PictureOf | null
  player: Player
  label: string
  shown: boolean
  /** Where it is entered. */
  screens: Screens
  /** It has gone into a window of its own, or come back. */
  moved(out: boolean): void
  /** What can be done with it. */
  tools?: (video: RefObject<HTMLVideoElement | null>) => ReactNode
}

/** A stretch of picture, made a little before its time, so that it stands ready; in a window of its own one after the other. */
export function Picture({ picture, player, label, shown, screens, moved, tools }: Props) {
  const { t } = useI18n()
  const video = useRef<HTMLVideoElement>(null)
  // Before the page is drawn: it is fetched meanwhile.
  useLayoutEffect(() => {
    if (!video.current || !picture) return
    const { id, source, from } = picture
    screens.set(id, { video: video.current, source, from, time: 0, shown: false })
    video.current.currentTime = due(player, picture)
    const feeding = picture.feed?.(video.current)
    if (!feeding) video.current.src = picture.src
    const load = feeding?.load
    const unwatch = player.loads.watch({ id, media: video.current, at: () => due(player, picture), load })
    return () => {
      unwatch()
      feeding?.stop()
      screens.delete(id)
    }
  }, [player, picture, screens])
  useEffect(() => {
    const screen = picture && screens.get(picture.id)
    return screen && shown ? follow({ screen, player, picture }) : undefined
  }, [player, picture, shown, screens])
  const words = t('replay.noPicture')
  useEffect(
    () => (video.current && !picture ? showWords(video.current, words, player) : undefined),
    [player, picture, words],
  )
  useEffect(() => {
    const gone = new AbortController()
    const { signal } = gone
    video.current?.addEventListener('enterpictureinpicture', () => moved(true), { signal })
    video.current?.addEventListener('leavepictureinpicture', () => moved(false), { signal })
    return () => gone.abort()
  }, [moved])
  useEffect(() => {
    const own = video.current
    // Its window would outlive it.
    return () => {
      if (own && document.pictureInPictureElement === own)
        document.exitPictureInPicture().catch(() => undefined)
      // What it holds, tens of megabytes, would stay until somebody collects it.
      own?.removeAttribute('src')
      own?.load()
    }
  }, [])
  return (
    <figure
      className={`picture ${picture?.side} ${picture?.source}`}
      data-picture={picture?.id}
      hidden={!shown}
    >
      <video
        ref={video}
        muted
        playsInline
        preload="auto"
        aria-label={label}
        width={picture?.width || undefined}
        height={picture?.height || undefined}
      />
      <figcaption>{label}</figcaption>
      {shown || !picture ? tools?.(video) : null}
    </figure>
  )
}
