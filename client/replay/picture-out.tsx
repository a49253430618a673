import { type RefObject, useEffect, useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { pictureInPictureIcon } from '../ui/icons.ts'
import type { Player } from './player.ts'

type Props = { video: RefObject<HTMLVideoElement | null>; player: Player; label: string }

/** A picture in a small window over all others; its own buttons there play and pause everything. Nothing where the browser cannot. */
export function PictureOut({ video, player, label }: Props) {
  const { t } = useI18n()
  const [out, setOut] = useState(false)
  useEffect(() => {
    const picture = video.current
    if (!picture) return
    const gone = new AbortController()
    const { signal } = gone
    const isOut = () => document.pictureInPictureElement === picture
    const look = () => setOut(isOut())
    look()
    picture.addEventListener('enterpictureinpicture', look, { signal })
    picture.addEventListener('leavepictureinpicture', look, { signal })
    // The window's own buttons; by the time that is told what the player itself has done, it is so.
    const onPlay = () => {
      if (!isOut() || picture.paused || player.$running.get()) return
      player.play()
      // It waits for others.
      if (!player.$running.get()) picture.pause()
    }
    const onPause = () => {
      if (isOut() && picture.paused && !picture.ended && player.$running.get()) player.pause()
    }
    picture.addEventListener('play', onPlay, { signal })
    picture.addEventListener('pause', onPause, { signal })
    return () => gone.abort()
  }, [video, player])
  if (!document.pictureInPictureEnabled) return null
  const turn = async () => {
    try {
      await (out ? document.exitPictureInPicture() : video.current?.requestPictureInPicture())
    } catch (error) {
      // Refused by the browser, or it has no picture yet: it stays where it is.
      console.warn('no picture in picture', error)
    }
  }
  return (
    <IconButton
      className="picture-out"
      icon={pictureInPictureIcon}
      look="plain"
      label={t('replay.pictureOut', { what: label })}
      aria-pressed={out}
      onClick={() => void turn()}
    />
  )
}
