import { useStore } from '@nanostores/react'
import { Link } from 'wouter'
import type { InboxRow } from '../../../server/contract/events.ts'
import type { I18n } from '../../i18n/i18n.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useAgo } from '../ago.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Icon } from '../../ui/icon.tsx'
import { phoneCallIcon, phoneIncomingIcon } from '../../ui/icons.ts'
import { useDesk } from '../desk-context.ts'
import { useLooking } from '../looking.ts'
import { visitorName } from '../visitor-name.ts'
import { isAsked } from './inbox.ts'
import { TaskMark } from './task-mark.tsx'

/** Half of it without an answer: the time shows in saffron; all of it: filled. */
const ANSWER_WITHIN_MS = 60_000

type EntryProps = { row: InboxRow; now: number; selected: boolean }

function lastWords({ t }: I18n, { state }: InboxRow, draft: string, me: string): string {
  if (draft) return t('desk.draft', { text: draft })
  const { lastText, page } = state
  if (!lastText) return page?.title ?? ''
  const { text, by } = lastText
  // Of what was folded before it was kept who, it is not known.
  if (typeof by === 'string' || !('name' in by)) return text
  const own = by.kind === 'agent' && by.id === me
  return own ? t('desk.youSaid', { text }) : t('desk.otherSaid', { name: by.name, text })
}

function waitLook(ms: number): string {
  if (ms >= ANSWER_WITHIN_MS) return 'late'
  return ms >= ANSWER_WITHIN_MS / 2 ? 'soon' : ''
}

/** One conversation of the list: who, the last word, how long they have been waiting for mine. */
export function InboxEntry({ row, now, selected }: EntryProps) {
  const i18n = useI18n()
  const { t, n, span } = i18n
  const ago = useAgo()
  const { me, drafts, $ending } = useDesk()
  const ending = useStore($ending).has(row.conversationId)
  const { state, visitor, visitorOnline, conversationId } = row
  // It counts as read only a moment after it was seen; before a colleague in the call, when its agent has read it.
  const inView = useLooking() && selected
  const unread = inView ? 0 : row.unread
  const name = visitorName(i18n, visitor.name, conversationId)
  const text = useStore(drafts.$text(conversationId))
  const draft = selected ? '' : text
  const since =
    state.phase.name === 'active' ? state.unansweredSince : 'since' in state.phase ? state.phase.since : null
  const waited = since === null ? null : Math.max(0, now - since)
  return (
    <li className={`entry ${ending ? 'ending' : ''}`}>
      <Link href={`/c/${conversationId}`} aria-current={selected ? 'true' : undefined}>
        <Avatar name={visitor.name} side="visitor" online={visitorOnline} />
        <span className="entry-body">
          <span className="entry-top">
            <bdi className="entry-name" title={name}>
              {name}
            </bdi>
            {waited === null ? (
              <span className="entry-when">{ago(state.lastAt, now)}</span>
            ) : (
              <span
                className={`entry-wait ${waitLook(waited)}`}
                title={t('desk.waitsFor', { span: span(waited) })}
              >
                {span(waited)}
              </span>
            )}
          </span>
          <span className="entry-bottom">
            <span className="entry-text" dir="auto">
              {lastWords(i18n, row, draft, me.id)}
            </span>
            <CallMark row={row} />
            <TaskMark task={state.task} />
            {unread > 0 ? (
              <span className="entry-unread">
                <span aria-hidden="true">{n(unread)}</span>
                <span className="visually-hidden">{t('desk.unread', { count: unread })}</span>
              </span>
            ) : null}
          </span>
        </span>
      </Link>
    </li>
  )
}

function CallMark({ row }: { row: InboxRow }) {
  const { t } = useI18n()
  const { call } = row.state
  if (!call) return null
  const asking = isAsked(row)
  const rings = call.phase === 'asking' ? 'call.ringing' : 'desk.inCall'
  const words = t(asking ? 'desk.calling' : rings)
  return (
    <span className={`entry-call ${asking ? 'asking' : ''}`} title={words}>
      <Icon of={asking ? phoneIncomingIcon : phoneCallIcon} size={16} />
      <span className="visually-hidden">{words}</span>
    </span>
  )
}
