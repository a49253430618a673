import { useStore } from '@nanostores/react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import type { Visit } from './visit.ts'

/** How the conversation stands when nobody is answering it: waiting, or ended with a way back. */
export function Standing({ visit }: { visit: Visit }) {
  const { t, time } = useI18n()
  const { state, conversationId } = useStore(visit.thread.$view)
  const team = useStore(visit.$team)
  const parts = useStore(visit.waiting.$parts)
  const { phase } = state
  if (parts && phase.name !== 'active' && (!conversationId || phase.name !== 'ended' || phase.unsaid)) {
    return <parts.Waiting visit={visit} outlooks={parts.outlooks} tellMe={parts.tellMe} />
  }
  if (!conversationId || phase.name === 'active') return <div role="status" />
  if (phase.name !== 'ended')
    return (
      <div className="standing" role="status">
        {state.call ? null : <p>{t(team === false ? 'widget.waitingNobody' : 'widget.waiting')}</p>}
      </div>
    )
  const at = time(phase.at)
  const name = state.lastAgent?.name
  const words =
    phase.by === 'visitor'
      ? t('widget.endedYou', { time: at })
      : phase.by === 'agent' && name
        ? t('widget.endedAgent', { time: at, name })
        : t('widget.endedSystem', { time: at })
  return (
    <div className="standing" role="status">
      <p>
        {words} {t('widget.endedNext')}
      </p>
      <Button onClick={visit.focusField}>{t('widget.writeAgain')}</Button>
    </div>
  )
}
