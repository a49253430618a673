import { useStore } from '@nanostores/react'
import type { ReactNode } from 'react'
import type { Visitor } from '../../../server/contract/events.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useAgo } from '../ago.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { shieldCheckIcon, xIcon } from '../../ui/icons.ts'
import { Trail } from './trail.tsx'
import type { Room } from '../desk.ts'
import { EarlierList } from '../earlier/earlier-list.tsx'
import { Answers } from './answers.tsx'

type ContextProps = {
  room: Room
  visitor: Visitor | null
  /** Null: not known here. */
  online: boolean | null
  name: string
  /** The one of the visitor's earlier conversations that is read. */
  earlier: string | null
  open: boolean
  close: () => void
}

/** Who this is. A column beside the conversation, or a drawer where there is no room for one. */
export function Context({ room, visitor, online, name, earlier, open, close }: ContextProps) {
  const { t } = useI18n()
  const { state } = useStore(room.thread.$view)
  return (
    <aside className="context" data-open={open} aria-label={t('desk.details')}>
      <div className="context-who">
        <Avatar name={visitor?.name ?? null} side="visitor" size={48} online={online ?? undefined} />
        <div>
          <h2>
            <bdi>{name}</bdi>
          </h2>
          {online === null ? null : (
            <p className="quiet">{t(online ? 'desk.online' : 'desk.offlineVisitor')}</p>
          )}
        </div>
        <IconButton icon={xIcon} label={t('common.close')} className="context-close" onClick={close} />
      </div>
      {visitor ? (
        <p className={`context-verified ${visitor.verified ? 'yes' : 'no'}`}>
          {visitor.verified ? <Icon of={shieldCheckIcon} size={16} /> : null}
          {t(visitor.verified ? 'desk.verified' : 'desk.notVerified')}
        </p>
      ) : null}
      <Facts room={room} visitor={visitor} />
      <Answers room={room} />
      <h3>{t('desk.page')}</h3>
      <p className="context-page">
        {state.page ? (
          <>
            <bdi>{state.page.title}</bdi>
            <small dir="ltr">{state.page.url}</small>
          </>
        ) : (
          t('desk.pageUnknown')
        )}
      </p>
      <Trail key={`${room.conversationId} trail`} room={room} />
      <EarlierList key={room.conversationId} room={room} open={earlier} />
    </aside>
  )
}

function Facts({ room, visitor }: { room: Room; visitor: Visitor | null }) {
  const { t, n, exact, locale } = useI18n()
  const ago = useAgo()
  const { state } = useStore(room.thread.$view)
  const language = visitor?.locale ?? state.locale
  return (
    <dl className="facts">
      {visitor?.email ? (
        <Fact name={t('desk.email')}>
          <bdi dir="ltr">{visitor.email}</bdi>
        </Fact>
      ) : null}
      <Fact name={t('desk.language')}>{languageName(language, locale)}</Fact>
      {visitor ? (
        <Fact name={t('desk.firstSeen')}>
          <span title={exact(visitor.since)}>{ago(visitor.since)}</span>
        </Fact>
      ) : null}
      {state.startedAt > 0 ? (
        <Fact name={t('desk.startedAt')}>
          <span title={exact(state.startedAt)}>{ago(state.startedAt)}</span>
        </Fact>
      ) : null}
      <Fact name={t('desk.messageCount')}>{n(state.messages)}</Fact>
      {state.lastAgent ? (
        <Fact name={t('desk.lastAgent')}>
          <bdi>{state.lastAgent.name}</bdi>
        </Fact>
      ) : null}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function languageName(code: string, reader: string): string {
  try {
    return new Intl.DisplayNames(reader, { type: 'language' }).of(code) ?? code
  } catch {
    return code
  }
}
