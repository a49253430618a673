import { useEffect, useRef, useState } from 'react'
import { useStore } from '@nanostores/react'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { pauseIcon, playIcon, volume2Icon } from '../ui/icons.ts'
import type { Call } from './controller.ts'
import type { Hold } from './hold.ts'
import { type CallNow, useTick } from './use-call.ts'

/** Since when, for how long, and what that means for the reader. */
export function OnHold({ call, now, peer }: { call: Call; now: CallNow; peer: string }) {
  const { t, time, clock } = useI18n()
  useTick(true, 500)
  const { held } = now
  if (!held) return null
  const recorded = held.own && now.call?.phase === 'connected' && now.call.recording
  return (
    <div className="call-notice on-hold">
      <Icon of={pauseIcon} />
      <p role="status">
        <strong>{t('call.heldSince', { time: time(held.since) })}</strong>{' '}
        {t(held.own ? 'call.heldYou' : 'call.heldThem', { name: held.own ? held.by || peer : peer })}
        {recorded ? ` ${t('call.heldRecorded')}` : null}
      </p>
      <span className="clock">{clock(call.serverNow() - held.since)}</span>
      {held.own && call.holdAudio ? <HoldAudio src={call.holdAudio} /> : null}
    </div>
  )
}

/** What the operator lets those on hold hear. The browser may want a click before it lets sound out. */
function HoldAudio({ src }: { src: string }) {
  const { t } = useI18n()
  const audio = useRef<HTMLAudioElement>(null)
  const [blocked, setBlocked] = useState(false)
  const play = () => {
    audio.current?.play().then(
      () => setBlocked(false),
      (error: unknown) => setBlocked(error instanceof DOMException && error.name === 'NotAllowedError'),
    )
  }
  useEffect(play, [src])
  return (
    <>
      <audio ref={audio} src={src} loop hidden />
      {blocked ? (
        <Button icon={volume2Icon} onClick={play}>
          {t('call.tapToListen')}
        </Button>
      ) : null}
    </>
  )
}

/** The agent's switch in the call bar; it shows the wish at once, the state beside it what holds. */
export function HoldButton({ hold, now }: { hold: Hold; now: CallNow }) {
  const { t } = useI18n()
  const wished = useStore(hold.$wished)
  const held = wished ?? now.held !== null
  return (
    <Button
      icon={held ? playIcon : pauseIcon}
      look={held ? 'primary' : 'plain'}
      title="Alt+H"
      disabled={now.phase !== 'connected'}
      onClick={() => hold.set(!held)}
    >
      {t(held ? 'call.resume' : 'call.hold')}
    </Button>
  )
}
