import { useStore } from '@nanostores/react'
import type { SeatId, SeatState } from '../../server/conversation/conversation.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { micOffIcon, pauseIcon } from '../ui/icons.ts'
import type { Call } from './controller.ts'
import { LocalVideo } from './local-video.tsx'
import { type Other, othersOf } from './others.ts'
import type { CallNow, Rung } from './use-call.ts'
import { Video } from './video.tsx'

/** Whether there is more to see in a call than who is in it: of the others, or of oneself. */
export function hasPictures({ $media, devices }: Call): boolean {
  const remote = $media.get()?.$remote.get() ?? []
  const own = [devices.$cam, devices.$screen].some((state) => state.get().name === 'on')
  return own || remote.some(({ source }) => source !== 'mic')
}

type StageProps = { call: Call; now: CallNow; peer: string; rung: Rung }

/** Who and what is seen: the others' screens or pictures large, oneself small, or voices. */
export function Stage({ call, now, peer, rung }: StageProps) {
  const { t } = useI18n()
  const others = othersOf(now, call.side, peer)
  const screens = now.remote.filter((one) => one.source === 'screen')
  const cams = now.remote.filter((one) => one.source === 'cam')
  const own = useStore(call.devices.$cam).name === 'on'
  const sharing = useStore(call.devices.$screen).name === 'on'
  const pictures = screens.length > 0 || cams.length > 0 || own || sharing
  const nameOf = (seat: SeatId) => others.find((one) => one.seat === seat)?.name ?? peer
  const look = `${pictures ? 'pictures' : 'voices'} ${others.length > 1 ? 'many' : ''}`
  return (
    <div className={`call-stage ${look}`} data-trouble={rung} data-held={now.held?.own ?? false}>
      {screens.map(({ seat, stream }) => (
        <figure key={seat} className="tile screen">
          <Video stream={stream} label={t('call.theirScreen', { name: nameOf(seat) })} />
        </figure>
      ))}
      {others.map((other) => (
        <Person
          key={other.seat}
          other={other}
          cam={cams.find((one) => one.seat === other.seat)?.stream ?? null}
          pictures={pictures}
          aside={screens.length > 0}
          now={now}
        />
      ))}
      {now.call?.voicemail ? (
        <p className="call-alone">{t(isRecorded(now) ? 'call.speakNow' : 'call.connecting')}</p>
      ) : null}
      {own ? (
        <figure className={`tile self ${now.call?.voicemail ? '' : 'small'}`}>
          <LocalVideo devices={call.devices} source="cam" label={t('call.yourCamera')} />
          <figcaption>{t(now.phase === 'connected' ? 'ui.you' : 'call.onlyYou')}</figcaption>
        </figure>
      ) : null}
      {sharing ? (
        <figure className="tile shared small">
          <LocalVideo devices={call.devices} source="screen" label={t('call.yourScreen')} />
          <figcaption>{t('call.sharing')}</figcaption>
        </figure>
      ) : null}
    </div>
  )
}

type PersonProps = { other: Other; cam: MediaStream | null; pictures: boolean; aside: boolean; now: CallNow }

function Person({ other: { seat, name, state }, cam, pictures, aside, now }: PersonProps) {
  const { t } = useI18n()
  const side = state.kind === 'visitor' ? 'visitor' : 'agent'
  const speaking = now.speaking.includes(seat) && !state.muted
  return (
    <figure
      className={`tile person ${side} ${speaking ? 'speaking' : ''} ${aside ? 'small' : ''} ${state.held ? 'held' : ''}`}
    >
      {cam ? (
        <Video stream={cam} label={t('call.theirCamera', { name })} />
      ) : (
        <Avatar name={name} side={side} size={pictures ? 56 : 48} />
      )}
      <Caption name={name} state={state} speaking={speaking} connected={now.phase === 'connected'} />
    </figure>
  )
}

type CaptionProps = { name: string; state: SeatState; speaking: boolean; connected: boolean }

function Caption({ name, state, speaking, connected }: CaptionProps) {
  const { t } = useI18n()
  const silent = connected && (state.muted || !state.sources.includes('mic'))
  return (
    <figcaption>
      <bdi>{name}</bdi>
      {state.held ? (
        <span className="muted-mark">
          <Icon of={pauseIcon} size={16} />
          {t('call.onHold')}
        </span>
      ) : null}
      {silent ? (
        <span className="muted-mark">
          <Icon of={micOffIcon} size={16} />
          {t(state.muted ? 'call.isMuted' : 'call.noMicrophone')}
        </span>
      ) : null}
      {speaking && !silent ? <span className="visually-hidden">{t('call.speaks')}</span> : null}
    </figcaption>
  )
}

/** What is said before goes nowhere. */
const isRecorded = ({ call }: CallNow): boolean => call?.phase === 'connected' && call.recording
