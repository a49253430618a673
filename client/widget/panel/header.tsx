import { useStore } from '@nanostores/react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { bellIcon, bellOffIcon, chevronDownIcon, phoneIcon, videoIcon } from '../../ui/icons.ts'
import { EndChat } from './end-chat.tsx'
import { useCalling } from './call.tsx'
import type { Visit } from './visit.ts'

/** Who answers, how soon, and whether sounds are wanted. */
export function Header({ visit }: { visit: Visit }) {
  const { t } = useI18n()
  const { state } = useStore(visit.thread.$view)
  const site = useStore(visit.session.$session)?.site.name ?? ''
  const muted = useStore(visit.sounds.$muted)
  const agent = state.phase.name === 'active' ? state.phase.agentName : null
  const name = agent ?? site
  return (
    <header className="head">
      {agent ? <Avatar name={agent} side="agent" size={36} /> : null}
      <div className="head-words">
        {name && (
          <h1>
            <bdi>{name}</bdi>
          </h1>
        )}
        <p>
          <Availability visit={visit} agent={agent} site={site} />
        </p>
      </div>
      <IconButton
        icon={muted ? bellOffIcon : bellIcon}
        label={t('widget.sounds')}
        aria-pressed={!muted}
        className="head-sounds"
        onClick={visit.sounds.toggle}
      />
      {visit.address.ownWindow ? null : (
        <IconButton icon={chevronDownIcon} label={t('widget.closeChat')} onClick={visit.fold} />
      )}
    </header>
  )
}

function Availability({ visit, agent, site }: { visit: Visit; agent: string | null; site: string }) {
  const { t } = useI18n()
  const status = useStore(visit.wire.$status)
  const team = useStore(visit.$team)
  // Of what lasts longer, or for ever, something else tells.
  if (status === 'connecting' && team === null) return <>{t('widget.connecting')}</>
  if (agent) return <>{t('widget.withYou', { site })}</>
  if (team === null) return null
  return (
    <>
      <span className={`presence-dot ${team ? 'on' : ''}`} aria-hidden="true" />
      {t(team ? 'widget.hereNow' : 'widget.awayNow')}
    </>
  )
}

/** In a running conversation: the ways to raise it, and to end it. */
export function Acts({ visit }: { visit: Visit }) {
  const { t } = useI18n()
  const { state, conversationId } = useStore(visit.thread.$view)
  const calling = useCalling(visit)
  if (conversationId === null || calling.inCall) return null
  return (
    <div
      className="acts"
      role="group"
      aria-label={t('widget.ways')}
      onPointerEnter={calling.near}
      onFocus={calling.near}
    >
      <Button
        look="quiet"
        icon={phoneIcon}
        busy={calling.busy}
        disabled={!calling.possible}
        onClick={() => calling.ask('voice')}
      >
        {t('widget.voiceCall')}
      </Button>
      <Button
        look="quiet"
        icon={videoIcon}
        busy={calling.busy}
        disabled={!calling.possible}
        onClick={() => calling.ask('video')}
      >
        {t('widget.videoCall')}
      </Button>
      {state.phase.name === 'ended' ? null : <EndChat visit={visit} />}
    </div>
  )
}
