import { useStore } from '@nanostores/react'
import { useId } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Icon } from '../../ui/icon.tsx'
import { messageSquareIcon, phoneIcon, videoIcon } from '../../ui/icons.ts'
import { useCalling } from './call.tsx'
import type { Visit } from './visit.ts'

/** What a visitor finds at first: a greeting, who is there, and three ways to talk. */
export function Welcome({ visit }: { visit: Visit }) {
  const { t } = useI18n()
  const team = useStore(visit.$team)
  const { phase, conversationId } = useStore(visit.thread.$view)
  return (
    <section className={`welcome ${conversationId === null ? '' : 'past'}`}>
      <h2>{t('widget.greeting')}</h2>
      {conversationId !== null ? null : team === null ? (
        <p className="bones" />
      ) : (
        <p>{t(team ? 'widget.greetingNow' : 'widget.greetingLater')}</p>
      )}
      {conversationId === null && phase === 'ready' ? <Ways visit={visit} team={team} /> : null}
    </section>
  )
}

function Ways({ visit, team }: { visit: Visit; team: boolean | null }) {
  const { t } = useI18n()
  const calling = useCalling(visit)
  const now = t(team ? 'widget.wayNow' : 'widget.wayLater')
  const nobody = team === false
  return (
    <div
      className="ways"
      role="group"
      aria-label={t('widget.ways')}
      onPointerEnter={calling.near}
      onFocus={calling.near}
    >
      <Way icon={messageSquareIcon} name={t('widget.wayChat')} when={now} act={visit.focusField} />
      <Way
        icon={phoneIcon}
        name={t('widget.voiceCall')}
        when={t(nobody ? 'widget.wayNobody' : 'widget.wayNow')}
        disabled={!calling.possible}
        busy={calling.busy}
        act={() => calling.ask('voice')}
      />
      <Way
        icon={videoIcon}
        name={t('widget.videoCall')}
        when={t(nobody ? 'widget.wayNobody' : 'widget.wayNow')}
        disabled={!calling.possible}
        busy={calling.busy}
        act={() => calling.ask('video')}
      />
    </div>
  )
}

type WayProps = {
  icon: string
  name: string
  when: string
  disabled?: boolean
  busy?: boolean
  act: () => void
}

function Way({ icon, name, when, disabled = false, busy, act }: WayProps) {
  const id = useId()
  return (
    <div className="way">
      <button type="button" aria-describedby={id} disabled={disabled} aria-busy={busy} onClick={act}>
        <Icon of={icon} size={24} />
        <span>{name}</span>
      </button>
      <small id={id}>{when}</small>
    </div>
  )
}
