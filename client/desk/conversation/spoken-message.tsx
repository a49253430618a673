import { useStore } from '@nanostores/react'
import { useEffect, useMemo, useRef } from 'react'
import type { SpokenMessage as Message } from '../../../server/contract/http.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { createSpoken } from './spoken.ts'

/** A spoken message, as soon as its files are there: the sound leads, a picture follows it. */
export function SpokenMessage({ callId, name }: { callId: string; name: string }) {
  const { t } = useI18n()
  const spoken = useSpoken(callId)
  const message = useStore(spoken.$message)
  const audio = useRef<HTMLAudioElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  if (message === 'failed')
    return (
      <p className="quiet">
        {t('desk.messageFailed')}{' '}
        <Button look="quiet" onClick={() => void spoken.look()}>
          {t('ui.retry')}
        </Button>
      </p>
    )
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
          onError={spoken.fail}
          onPlay={follow}
          onPause={follow}
          onSeeked={follow}
          onTimeUpdate={follow}
        />
      ) : null}
    </div>
  )
}

/** The cookie of this path authorises. */
async function askFor(callId: string, signal: AbortSignal): Promise<Message> {
  const answer = await fetch(`/api/desk/voicemail/${callId}`, { signal })
  if (!answer.ok) throw new Error(`answered ${answer.status}`)
  return (await answer.json()) as Message
}

function useSpoken(callId: string) {
  const spoken = useMemo(() => createSpoken((signal) => askFor(callId, signal)), [callId])
  useEffect(() => {
    void spoken.look()
    return spoken.stop
  }, [spoken])
  return spoken
}
