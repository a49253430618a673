import { useEffect, useRef, useState } from 'react'
import type { SpokenMessage as Spoken } from '../../../server/contract/http.ts'
import { useI18n } from '../../i18n/use-i18n.ts'

const AGAIN_MS = 1_500

/** A spoken message, as soon as its files are there: the sound leads, a picture follows it. */
export function SpokenMessage({ callId, name }: { callId: string; name: string }) {
  const { t } = useI18n()
  const message = useSpoken(callId)
  const audio = useRef<HTMLAudioElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  if (message === 'failed') return <p className="quiet">{t('desk.messageFailed')}</p>
  if (message === null) return <p className="quiet">{t('desk.messageProcessing')}</p>
  if (!message.audio && !message.video) return <p className="quiet">{t('desk.messageLost')}</p>
  const { url, startMs = 0 } = message.video ?? {}
  const follow = () => {
    const [sound, picture] = [audio.current, video.current]
    if (!sound || !picture) return
    const at = Math.max(0, sound.currentTime - startMs / 1_000)
    if (Math.abs(picture.currentTime - at) > 0.15) picture.currentTime = at
    picture.playbackRate = sound.playbackRate
    if (sound.paused) picture.pause()
    else void picture.play().catch(() => undefined)
  }
  return (
    <div className="spoken">
      {url ? <video ref={video} src={url} muted playsInline preload="auto" aria-hidden="true" /> : null}
      {message.audio ? (
        <audio
          ref={audio}
          src={message.audio.url}
          controls
          preload="metadata"
          aria-label={t('desk.listenMessage', { name })}
          onPlay={follow}
          onPause={follow}
          onSeeked={follow}
          onTimeUpdate={follow}
        />
      ) : null}
    </div>
  )
}

/** Null until it is ready. The cookie of this path authorises. */
function useSpoken(callId: string): (Spoken & { processing: false }) | 'failed' | null {
  const [message, setMessage] = useState<(Spoken & { processing: false }) | 'failed' | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const ending = new AbortController()
    const look = async (): Promise<void> => {
      try {
        const answer = await fetch(`/api/desk/voicemail/${callId}`, { signal: ending.signal })
        if (!answer.ok) return setMessage('failed')
        const spoken = (await answer.json()) as Spoken
        if (spoken.processing) timer = setTimeout(() => void look(), AGAIN_MS)
        else setMessage(spoken)
      } catch {
        if (!ending.signal.aborted) setMessage('failed')
      }
    }
    void look()
    return () => {
      ending.abort()
      clearTimeout(timer)
    }
  }, [callId])
  return message
}
