import { useStore } from '@nanostores/react'
import type { ReactNode } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { canShareScreen } from '../media/environment.ts'
import { Button, IconButton } from '../ui/button.tsx'
import {
  micIcon,
  micOffIcon,
  phoneOffIcon,
  screenShareIcon,
  screenShareOffIcon,
  videoIcon,
  videoOffIcon,
} from '../ui/icons.ts'
import { CaptionsButton } from './captions.tsx'
import type { Call } from './controller.ts'
import { DeviceMenu } from './device-menu.tsx'
import type { CallNow } from './use-call.ts'
import { HoldButton } from './on-hold.tsx'
import { PictureInPicture } from './picture-in-picture.tsx'
import { useHeadset } from './use-headset.ts'
import { useSpeakingMuted } from './use-level.ts'

type ControlsProps = {
  call: Call
  now: CallNow
  deeds: ReactNode
  deviceMore?: ReactNode
  picture?: ReactNode
}

/** What can be done in a running call. */
export function Controls({ call, now, deeds, deviceMore, picture }: ControlsProps) {
  const { t } = useI18n()
  useHeadset(call, now)
  return (
    <div className="call-controls" role="group" aria-label={t('call.controls')}>
      {now.listens ? null : <Sending call={call} now={now} />}
      {call.hold && now.own === 'agent' ? <HoldButton hold={call.hold} now={now} /> : null}
      {deeds}
      <CaptionsButton now={now} />
      {picture === undefined ? <PictureInPicture now={now} /> : picture}
      <DeviceMenu devices={call.devices} more={deviceMore} />
      <Button look="danger" icon={phoneOffIcon} className="hang-up" onClick={call.hangUp}>
        {t(now.call?.voicemail ? 'call.finish' : 'call.hangUp')}
      </Button>
      {now.mute.wished ? <MutedHint call={call} /> : <UnheardHint now={now} />}
    </div>
  )
}

/** What the others get of oneself. */
function Sending({ call, now }: { call: Call; now: CallNow }) {
  const { t } = useI18n()
  const screen = useStore(call.devices.$screen).name === 'on'
  const connected = now.phase === 'connected'
  const lost = useStore(call.$screenLost) && !screen
  return (
    <>
      <MicAndCamera call={call} now={now} />
      {canShareScreen() && !now.call?.voicemail ? (
        <IconButton
          icon={screen ? screenShareOffIcon : screenShareIcon}
          look={screen ? 'primary' : 'plain'}
          label={t(screen ? 'call.stopSharing' : lost ? 'call.shareAgain' : 'call.shareScreen')}
          disabled={!connected}
          onClick={() => (screen ? call.lower('screen') : call.raise('screen'))}
        />
      ) : null}
    </>
  )
}

export function MicAndCamera({ call, now }: { call: Call; now: CallNow }) {
  const { t } = useI18n()
  const muted = now.mute.wished
  const cam = useStore(call.devices.$cam).name === 'on'
  const connected = now.phase === 'connected'
  return (
    <>
      <IconButton
        icon={muted ? micOffIcon : micIcon}
        look={muted ? 'primary' : 'plain'}
        label={t(muted ? 'call.unmute' : 'call.mute')}
        disabled={!connected}
        aria-busy={now.mute.unheard}
        onClick={() => call.mute(!muted)}
      />
      <IconButton
        icon={cam ? videoIcon : videoOffIcon}
        look="plain"
        label={t(cam ? 'call.camOff' : 'call.camOn')}
        disabled={!connected}
        onClick={() => (cam ? call.lower('cam') : call.raise('cam'))}
      />
    </>
  )
}

/** Unmuted, and the server does not know it yet. */
export function UnheardHint({ now }: { now: CallNow }) {
  const { t } = useI18n()
  return now.mute.unheard ? (
    <p className="call-hint" role="status">
      {t('call.unheard')}
    </p>
  ) : null
}

function MutedHint({ call }: { call: Call }) {
  const { t } = useI18n()
  const speaking = useSpeakingMuted(call.devices, true)
  return speaking ? (
    <p className="call-hint" role="status">
      {t('call.mutedSpeaking')}
    </p>
  ) : null
}
