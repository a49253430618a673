import { useStore } from '@nanostores/react'
import type { ReactNode } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import type { Key } from '../i18n/keys.ts'
import { gradeOf } from '../media/quality.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { phoneOffIcon, volume2Icon, wifiOffIcon } from '../ui/icons.ts'
import { CallStep } from './call-step.tsx'
import { Captions } from './captions.tsx'
import type { Call } from './controller.ts'
import { Controls } from './controls.tsx'
import { Stage } from './stage.tsx'
import { OnHold } from './on-hold.tsx'
import { Withdraw } from './withdraw.tsx'
import { Weak } from './weak.tsx'
import { type CallNow, type Rung, useCall, useRung, useTick } from './use-call.ts'

export type CallPanelProps = {
  call: Call
  /** The other side's name as the reader is told it. */
  peer: string
  /** Beneath the controls of a call that is connected here. */
  more?: ReactNode
  /** What more the reader can do, in the bar and above it: the desk's. */
  deeds?: ReactNode
  company?: ReactNode
  /** Beneath the device pickers: the way to where they are tried. */
  deviceMore?: ReactNode
  /** How the pictures are taken elsewhere, in place of the browser's way; and if they are there, what is said of it. */
  picturesOut?: { button: ReactNode; away: ReactNode }
}

/** The call itself, docked above the thread. Draws nothing while there is nothing of it here. */
export function CallPanel(props: CallPanelProps) {
  const { call, peer, more, deeds, company, deviceMore, picturesOut } = props
  const { t } = useI18n()
  const now = useCall(call)
  const step = useStore(call.$step)
  const inCard = step?.purpose.kind === 'accept'
  const rung = useRung(now)
  if (now.phase === 'elsewhere') return <Elsewhere call={call} now={now} peer={peer} />
  // What stands between a click and its effect then stands in the question's card.
  if (now.phase === 'asked') return null
  if (now.phase === 'none') {
    return step && !inCard ? (
      <section className="call-panel steps" aria-label={t('call.region', { name: peer })}>
        <CallStep call={call} peer={peer} />
      </section>
    ) : null
  }
  return (
    <section className={`call-panel ${now.phase}`} aria-label={t('call.region', { name: peer })}>
      <Head now={now} peer={peer} serverNow={call.serverNow} />
      {picturesOut?.away ?? <Stage call={call} now={now} peer={peer} rung={rung} />}
      <Captions call={call} now={now} peer={peer} />
      <Notices call={call} now={now} rung={rung} peer={peer} />
      {company}
      <div className="call-foot">
        {inCard ? null : <CallStep call={call} peer={peer} />}
        {now.phase === 'asking' ? (
          <Ringing call={call} />
        ) : (
          <Controls
            call={call}
            now={now}
            deeds={deeds}
            deviceMore={deviceMore}
            picture={picturesOut?.button}
          />
        )}
      </div>
      <div className="call-ways">
        {call.agreed ? <Withdraw agreed={call.agreed} now={now} /> : null}
        {now.phase === 'connected' ? more : null}
      </div>
    </section>
  )
}

type Running = Extract<NonNullable<CallNow['call']>, { phase: 'connected' }>

function stateKey(now: CallNow, rung: Rung): Key {
  if (now.phase === 'asking') return 'call.ringing'
  if (now.phase === 'connecting') return 'call.connecting'
  if (rung !== 'none') return 'call.reconnecting'
  return now.held ? 'call.onHold' : 'call.connected'
}

function Head({ now, peer, serverNow }: { now: CallNow; peer: string; serverNow: () => number }) {
  const { t, clock } = useI18n()
  const { call } = now
  const running = call?.phase === 'connected' ? call : null
  const rung = useRung(now)
  useTick(running !== null, 500)
  return (
    <header className="call-head">
      <strong>
        <bdi>{peer}</bdi>
      </strong>
      <span className="call-state" role="status" aria-live="assertive">
        {t(stateKey(now, rung))}
      </span>
      {running ? <span className="clock">{clock(serverNow() - running.since)}</span> : null}
      {running ? <Recording call={running} /> : null}
      {now.quality && now.phase === 'connected' ? <Grade quality={now.quality} /> : null}
    </header>
  )
}

/** Whether it is recorded now, and if it is only paused, that. */
function Recording({ call: { recording, pause, consent, unwritten } }: { call: Running }) {
  const { t } = useI18n()
  const paused = pause !== undefined && (consent?.record.length ?? 0) > 0
  const on = recording && !paused
  const word = pause?.inForce ? 'call.recordingPaused' : 'call.recordingPausing'
  const written = on ? 'call.recording' : unwritten ? 'call.unwritten' : 'call.unrecorded'
  return (
    <span className={`recording ${on ? 'on' : 'off'}`} role="status">
      {on ? <i className="dot" aria-hidden="true" /> : null}
      {t(paused ? word : unwritten === 'notWritten' ? 'call.notWritten' : written)}
    </span>
  )
}

function Grade({ quality }: { quality: NonNullable<CallNow['quality']> }) {
  const { t, n } = useI18n()
  const grade = gradeOf(quality)
  const detail = t('call.qualityDetail', {
    loss: n(quality.loss, { style: 'percent' }),
    rtt: Math.round(quality.rttMs),
  })
  return (
    <span className={`quality ${grade}`} title={detail}>
      {t(`call.quality_${grade}`)}
    </span>
  )
}

type NoticesProps = { call: Call; now: CallNow; rung: Rung; peer: string }

/** At most one thing at a time that is out of the ordinary. */
function Notices({ call, now, rung, peer }: NoticesProps) {
  const { t } = useI18n()
  const media = useStore(call.$media)
  const other = now.call?.seats[call.side === 'visitor' ? 'agent' : 'visitor']
  if (now.silenced) {
    return (
      <div className="call-notice">
        <Button look="primary" icon={volume2Icon} onClick={() => media?.playback.listen()}>
          {t('call.tapToListen')}
        </Button>
      </div>
    )
  }
  if (rung === 'banner') {
    return (
      <div className="call-notice" role="alert">
        <Icon of={wifiOffIcon} />
        <p>{t('call.reconnectingLong')}</p>
      </div>
    )
  }
  if (other && !other.present && now.phase === 'connected') {
    return (
      <p className="call-notice" role="status">
        {t('call.otherAway', { name: peer })}
      </p>
    )
  }
  return now.held ? <OnHold call={call} now={now} peer={peer} /> : <Weak now={now} peer={peer} />
}

function Ringing({ call }: { call: Call }) {
  const { t } = useI18n()
  return (
    <div className="call-controls">
      <Button look="danger" icon={phoneOffIcon} className="hang-up" onClick={call.hangUp}>
        {t('call.hangUp')}
      </Button>
    </div>
  )
}

function Elsewhere({ call, now, peer }: { call: Call; now: CallNow; peer: string }) {
  const { t } = useI18n()
  // The tab that had it was closed, or is on its way to its next page.
  const left = now.call?.seats[now.own]?.present === false
  return (
    <section className="call-panel elsewhere" aria-label={t('call.region', { name: peer })}>
      <p role="status">{t(left ? 'call.nowhere' : 'call.elsewhere')}</p>
      <div className="call-step-buttons">
        <Button look="primary" onClick={call.bringHere}>
          {t('call.bringHere')}
        </Button>
      </div>
    </section>
  )
}
