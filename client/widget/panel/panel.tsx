import { useStore } from '@nanostores/react'
import { useEffect, useMemo, useRef } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { toTimeline } from '../../model/timeline.ts'
import type { TimelineItem } from '../../model/timeline-item.ts'
import type { ThreadView } from '../../model/thread.ts'
import { told } from '../../model/told.ts'
import { Thread } from '../../ui/thread.tsx'
import { Toasts } from '../../ui/toast.tsx'
import { CallCard, CallStage } from './call.tsx'
import { Acts, Header } from './header.tsx'
import { Notice } from './notice.tsx'
import { Standing } from './standing.tsx'
import type { Visit } from './visit.ts'
import { Welcome } from './welcome.tsx'
import { Write } from './write.tsx'

/** The visitor's panel: who answers, how to talk, the thread, and where one writes. */
export function Panel({ visit }: { visit: Visit }) {
  const { t } = useI18n()
  const refused = useStore(visit.$refused)
  const site = useStore(visit.session.$session)?.site.name ?? ''
  useEscape(visit.fold)
  useEffect(() => {
    document.title = t('widget.panel', { site })
  }, [t, site])
  if (refused) return <Refused visit={visit} />
  return (
    <main className="panel">
      <Header visit={visit} />
      <Acts visit={visit} />
      <CallStage visit={visit} />
      <Notice wire={visit.wire} inCall={() => visit.thread.$view.get().state.call !== null} />
      <Talk visit={visit} />
      <Standing visit={visit} />
      <Write visit={visit} />
      <Toasts />
    </main>
  )
}

function Talk({ visit }: { visit: Visit }) {
  const { t } = useI18n()
  const view = useStore(visit.thread.$view)
  const open = useStore(visit.$open)
  const unreadAfter = useUnreadLine(visit, view, open)
  const items = useMemo(() => visitorItems(view, unreadAfter), [view, unreadAfter])
  const lastCall = items.findLast((item) => item.kind === 'call')
  const { thread, attachments } = visit
  const name = view.state.phase.name === 'active' ? view.state.phase.agentName : ''
  return (
    <Thread
      conversation={view.conversationId ?? ''}
      items={items}
      reader="visitor"
      label={t('common.conversation')}
      call={(item) => <CallCard visit={visit} item={item} last={item === lastCall} />}
      more={view.more}
      events={view.events.length}
      loadMore={() => thread.loadEarlier().catch(() => undefined)}
      typing={view.typing ? name : null}
      onRead={visit.read}
      head={<Welcome visit={visit} />}
      url={attachments.url}
      retry={thread.retry}
      remove={thread.discard}
    />
  )
}

export function visitorItems(view: ThreadView, unreadAfter: number | null): TimelineItem[] {
  const { events, pending, marks } = view
  const all = toTimeline({ events, pending, marks, audience: 'visitor', unreadAfter })
  const items = all.filter((item) => told(item, 'visitor'))
  // A day with nothing left in it.
  return items.filter((item, i) => item.kind !== 'day' || (items[i + 1] && items[i + 1]?.kind !== 'day'))
}

/** Where the New line is: before what had not been read when the panel was opened; it stays until it is folded. */
function useUnreadLine(visit: Visit, { phase, marks }: ThreadView, open: boolean): number | null {
  const line = useRef<number | null>(null)
  if (!open) line.current = null
  else if (phase === 'ready')
    line.current ??= visit.$unread.get() > 0 ? marks.visitor.read : Number.POSITIVE_INFINITY
  return line.current
}

function useEscape(act: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) act()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [act])
}

function Refused({ visit }: { visit: Visit }) {
  const { t } = useI18n()
  return (
    <main className="panel">
      <Header visit={visit} />
      <div className="refused">
        <h1>{t('widget.refused')}</h1>
        <p>{t('widget.refusedWhy')}</p>
      </div>
    </main>
  )
}
