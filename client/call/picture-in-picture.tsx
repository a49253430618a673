import { useEffect, useRef, useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { pictureInPictureIcon } from '../ui/icons.ts'
import type { CallNow } from './use-call.ts'

/** Whoever changes the page, or whose connection is made anew, shows a picture again soon after they are back. */
const GONE_MS = 3_000

/** Nobody's picture is missing but of their own wish. */
const allHere = ({ call, own, health }: CallNow): boolean =>
  health?.name === 'fine' &&
  Object.entries(call?.seats ?? {}).every(([seat, { present }]) => seat === own || present)

/** Keeps the other side's screen or camera in sight while one works elsewhere. Nothing where the browser cannot. */
export function PictureInPicture({ now }: { now: CallNow }) {
  const { t } = useI18n()
  const [out, setOut] = useState(false)
  const player = useRef<HTMLVideoElement | null>(null)
  const shown = (source: 'screen' | 'cam') => now.remote.find((one) => one.source === source)?.stream
  const stream = shown('screen') ?? shown('cam') ?? null
  useEffect(() => {
    const video = player.current
    if (!video || !stream) return
    // Also of the same stream: one that had run dry is not begun again by itself.
    video.srcObject = stream
    video.play().catch(() => undefined)
  }, [stream])
  // Once closed, a window is not opened again without a click: it waits for the next picture.
  const gone = !stream && allHere(now)
  useEffect(() => {
    if (!gone) return
    const timer = setTimeout(() => leave(player.current), GONE_MS)
    return () => clearTimeout(timer)
  }, [gone])
  useEffect(() => () => leave(player.current), [])
  if ((!stream && !out) || !document.pictureInPictureEnabled) return null
  const open = async (): Promise<void> => {
    // A player of its own, so that the page keeps its picture.
    const video = document.createElement('video')
    video.muted = true
    video.srcObject = stream
    player.current = video
    video.addEventListener('leavepictureinpicture', () => {
      video.srcObject = null
      player.current = null
      setOut(false)
    })
    try {
      await video.play()
      await video.requestPictureInPicture()
      setOut(true)
    } catch (error) {
      // Refused by the browser, or the picture ended meanwhile: it stays where it is.
      console.warn('no picture in picture', error)
    }
  }
  return (
    <IconButton
      icon={pictureInPictureIcon}
      look={out ? 'primary' : 'plain'}
      label={t(out ? 'call.pictureBack' : 'call.pictureOut')}
      onClick={() => (out ? leave(player.current) : void open())}
    />
  )
}

function leave(video: HTMLVideoElement | null): void {
  if (!video) return
  // Closed by the person already, perhaps.
  if (document.pictureInPictureElement === video) document.exitPictureInPicture().catch(() => undefined)
  video.srcObject = null
}
