import { useStore } from '@nanostores/react'
import { useState } from 'react'
import type { Team } from '../../../../server/contract/waiting.ts'
import type { Task } from '../../../../server/waiting/waiting.ts'
import { dayWithin } from '../../../i18n/day-within.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { showToast } from '../../../ui/toast.tsx'
import type { Waiter } from './waiter.ts'
import { Absence } from './absence.tsx'
import type { Outlooks } from './outlook.ts'
import type { TellMe } from './tell-me.ts'
import { TellMeLines } from './tell-me-lines.tsx'

type Props = { visit: Waiter; task: Task; outlooks: Outlooks; tellMe: TellMe; team: Team }

/** What is left to do for the visitor, and how it goes on. */
export function TaskLines({ visit, task, outlooks, tellMe, team }: Props) {
  const { t } = useI18n()
  const { events } = useStore(visit.thread.$view)
  if (task.kind === 'callback') return <CallBackLines {...{ visit, task, outlooks, tellMe, team }} />
  const reachable = events.some((one) => one.type === 'formAnswered' && one.payload.purpose === 'offline')
  const kept = task.kind === 'voicemail' ? 'waiting.spoken' : reachable ? 'waiting.kept' : 'waiting.keptHere'
  const why = task.kind === 'message' ? task.why : null
  return (
    <>
      {team.open ? null : <Absence team={team} />}
      <p>{t(why === 'notReached' || why === 'notCalled' ? `waiting.${why}` : kept)}</p>
    </>
  )
}

type BackProps = Omit<Props, 'task'> & { task: Task & { kind: 'callback' } }

function CallBackLines({ visit, task, outlooks, tellMe, team }: BackProps) {
  const i18n = useI18n()
  const { t, time, list } = i18n
  const place = useStore(outlooks.$place)
  const { state, conversationId } = useStore(visit.thread.$view)
  const [busy, setBusy] = useState(false)
  const waitHere = async (): Promise<void> => {
    if (conversationId === null) return
    setBusy(true)
    try {
      await visit.wire.request('callback.withdraw', { conversationId })
    } catch {
      showToast({ text: t('waiting.failed') })
    } finally {
      setBusy(false)
    }
  }
  const later = task.at !== null && task.at > visit.wire.serverNow() ? task.at : null
  return (
    <>
      {team.open ? null : <Absence team={team} />}
      {task.tried > 0 ? <p>{t('waiting.backTried')}</p> : null}
      <p>
        {later === null
          ? t('waiting.backSoon')
          : t('waiting.backAt', { when: list([dayWithin(i18n, later), time(later)]) })}{' '}
        {place && team.open && later === null ? t('waiting.position', { place: place.position }) : null}
      </p>
      <TellMeLines tellMe={tellMe} />
      {state.phase.name === 'queued' && team.open ? (
        <Button busy={busy} onClick={() => void waitHere()}>
          {t('waiting.waitHere')}
        </Button>
      ) : null}
    </>
  )
}
