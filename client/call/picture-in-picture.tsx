import { useEffect, useRef, useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { pictureInPictureIcon } from '../ui/icons.ts'
import type { CallNow } from './use-call.ts'

/** Keeps the other side's screen or camera in sight while one works elsewhere. Nothing where the browser cannot. */
export function PictureInPicture({ now }: { now: CallNow }) {
  const { t } = useI18n()
  const [out, setOut] = useState(false)
  const player = useRef<HTMLVideoElement | null>(null)
  const shown = (source: 'screen' | 'cam') => now.remote.find((one) => one.source === source)?.stream
  const stream = shown('screen') ?? shown('cam') ?? null
  useEffect(() => {
    const video = player.current
    if (!video) return
    if (stream) video.srcObject = stream
    else leave(video)
  }, [stream])
  useEffect(() => () => leave(player.current), [])
  if (!stream || !document.pictureInPictureEnabled) return null
  const open = async (): Promise<void> => {
    // A player of its own, so that the page keeps its picture.
    const video = document.createElement('video')
    video.muted = true
    video.srcObject = stream
    player.current = video
    video.addEventListener('leavepictureinpicture', () => setOut(false))
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
