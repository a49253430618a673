import { useEffect, useMemo, useRef } from 'react'
import { Link, useLocation } from 'wouter'
import { useI18n } from '../../i18n/use-i18n.ts'
import { toTimeline } from '../../model/timeline.ts'
import { workLine } from '../../model/work-lines.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { arrowLeftIcon } from '../../ui/icons.ts'
import { drawNote } from '../../ui/note.tsx'
import { Thread } from '../../ui/thread.tsx'
import { fileUrl } from '../conversation/file-url.ts'
import { ThreadBones } from '../conversation/thread-bones.tsx'
import { useHidden } from '../masking/hidden.tsx'
import { useFail } from '../use-fail.ts'
import { useKeys } from '../use-keys.ts'
import { readWords } from './earlier.ts'
import { PastCall, watched } from './past.tsx'
import { presentPath } from './path.ts'
import { ReplayLink } from './replay-link.tsx'
import { useReading } from './use-reading.ts'

type Props = {
  conversationId: string
  /** The conversation that one comes back to. */
  present: string
  name: string
  visitor: string | null
  /** What the visitor has written there meanwhile. */
  unread: number
}

/** One of the visitor's earlier conversations, to read only. Escape leads back. */
export function EarlierThread({ conversationId, present, name, visitor, unread }: Props) {
  const { t, day, time } = useI18n()
  const fail = useFail()
  const { pages, reading } = useReading(readWords, conversationId)
  const { items: events, more } = pages
  const items = useMemo(
    () => toTimeline({ events, audience: 'agent', work: workLine }).map((item) => watched(item, visitor)),
    [events, visitor],
  )
  const hidden = useHidden(conversationId)
  const began = events[0]?.at
  return (
    <section className="earlier-thread" aria-label={t('desk.earlierOpen')}>
      <header className="earlier-head">
        <Back conversationId={conversationId} present={present} unread={unread} />
        <p>
          {t('desk.earlierOpen')}
          {began && !more ? <span className="quiet">{` · ${day(began)} ${time(began)}`}</span> : null}
        </p>
        {pages.phase === 'ready' ? <ReplayLink key={conversationId} conversationId={conversationId} /> : null}
      </header>
      {pages.phase === 'loading' ? <ThreadBones /> : null}
      {pages.phase === 'gone' ? <p role="alert">{t('desk.notFound')}</p> : null}
      {pages.phase === 'failed' ? (
        <p role="alert">
          {t('desk.earlierFailed')} <Button onClick={reading?.retry}>{t('common.tryAgain')}</Button>
        </p>
      ) : null}
      {pages.phase === 'ready' ? (
        <Thread
          conversation={conversationId}
          items={items}
          unnamed={name}
          reader={null}
          label={t('desk.messages', { name })}
          url={fileUrl}
          more={more}
          events={events.length}
          loadMore={() => void reading?.loadMore().catch(fail)}
          note={drawNote}
          hidden={hidden}
          call={(item) => <PastCall item={item} visitor={name} />}
        />
      ) : null}
    </section>
  )
}

/** Takes the focus when an earlier conversation opens, and gives it back to its line in the list. */
function Back({
  conversationId,
  present,
  unread,
}: {
  conversationId: string
  present: string
  unread: number
}) {
  const { t } = useI18n()
  const [, go] = useLocation()
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    link.current?.focus()
    return () => {
      const line = document.getElementById(`earlier-${conversationId}`)
      const drawer = document.querySelector<HTMLElement>('.conversation-details')
      // No place of its own: the drawer with the list is folded away.
      ;(line?.offsetParent ? line : drawer)?.focus()
    }
  }, [conversationId])
  useKeys({ Escape: () => go(presentPath(present)) })
  return (
    <Link ref={link} href={presentPath(present)} className="button plain" title="Esc">
      <Icon of={arrowLeftIcon} size={18} mirror />
      <span>{t('desk.earlierBack')}</span>
      {unread > 0 ? <span className="entry-unread">{t('desk.unread', { count: unread })}</span> : null}
    </Link>
  )
}
