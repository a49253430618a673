import { useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from '@nanostores/react'
import { Link } from 'wouter'
import { alertsOf, type QueueLine } from '../../../server/board/board.ts'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { useNow } from '../../ui/use-now.ts'
import { useDesk } from '../desk-context.ts'
import { $preferences, prefer } from '../preferences.ts'
import { useRinger } from '../ringer-context.ts'
import { Agents } from './agents.tsx'
import { alertWords } from './alert-words.ts'
import { boardNow } from './board-now.ts'
import './board.css'
import { Conversations } from './conversations.tsx'
import { Queues } from './queues.tsx'
import { useBoard } from './use-board.ts'

/** The live board: queues, agents and conversations as they are now, and what needs somebody. */
export function BoardPage() {
  const { t, time } = useI18n()
  const { wire, me } = useDesk()
  const board = useBoard()
  const now = boardNow(useStore(wire.$status), useNow(wire.serverNow, 1_000), board)
  const [large, setLarge] = useState(false)
  return (
    <main className={`page board ${large ? 'large' : ''}`} aria-busy={board === null}>
      <header className="board-head">
        <h1>{t('team.board')}</h1>
        <span className="clock">{time(now)}</span>
        {may(me.role, 'forceStatus') ? <Link href="/shifts">{t('day.shifts')}</Link> : null}
        <Large large={large} set={setLarge} />
      </header>
      {board ? (
        <>
          <Alerts queues={board.queues} now={now} />
          <Queues queues={board.queues} now={now} />
          <div className="board-floor">
            <Conversations lines={board.conversations} now={now} />
            <Agents agents={board.agents} now={now} />
          </div>
        </>
      ) : (
        <p className="visually-hidden">{t('desk.loading')}</p>
      )}
    </main>
  )
}

/** For a wall: the whole screen where the browser gives it, and figures to be read from afar. */
function Large({ large, set }: { large: boolean; set: (on: boolean) => void }) {
  const { t } = useI18n()
  useEffect(() => {
    const left = () => {
      if (!document.fullscreenElement) set(false)
    }
    document.addEventListener('fullscreenchange', left)
    return () => document.removeEventListener('fullscreenchange', left)
  }, [set])
  const toggle = () => {
    set(!large)
    if (large) void document.exitFullscreen?.().catch(() => undefined)
    // Refused or unknown: large figures within the window are what is left.
    else void document.documentElement.requestFullscreen?.().catch(() => undefined)
  }
  return (
    <Button aria-pressed={large} onClick={toggle}>
      {t(large ? 'team.smallScreen' : 'team.largeScreen')}
    </Button>
  )
}

/** What is beyond its promise now; each new one sounds once. */
function Alerts({ queues, now }: { queues: readonly QueueLine[]; now: number }) {
  const i18n = useI18n()
  const ringer = useRinger()
  const { alertSound: sound } = useStore($preferences)
  const known = useRef<ReadonlySet<string>>(new Set())
  const alerts = useMemo(
    () => alertsOf(queues, now).map((alert) => alertWords(i18n, alert)),
    [queues, now, i18n],
  )
  useEffect(() => {
    if (sound && alerts.some((one) => !known.current.has(one))) ringer.chime()
    known.current = new Set(alerts)
  }, [alerts.join('\n'), sound, ringer])
  return (
    <div className="board-alerts">
      <div role="alert">
        {alerts.map((words) => (
          <p key={words}>{words}</p>
        ))}
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={sound}
          onChange={(event) => prefer({ alertSound: event.currentTarget.checked })}
        />
        {i18n.t('team.alertSound')}
      </label>
    </div>
  )
}
