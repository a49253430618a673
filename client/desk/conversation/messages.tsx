import { useStore } from '@nanostores/react'
import { useEffect, useMemo, useRef } from 'react'
import type { Visitor } from '../../../server/contract/events.ts'
import { CallCard } from '../../call/call-card.tsx'
import { isKept } from '../../call/message-words.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { toTimeline } from '../../model/timeline.ts'
import { othersIn, signed, workLinesOf } from '../../model/work-lines.ts'
import type { TimelineItem } from '../../model/timeline-item.ts'
import { drawNote } from '../../ui/note.tsx'
import { Thread } from '../../ui/thread.tsx'
import type { Room } from '../desk.ts'
import { useDesk } from '../desk-context.ts'
import { ReplayLink } from '../earlier/replay-link.tsx'
import { useHidden } from '../masking/hidden.tsx'
import { useFail } from '../use-fail.ts'
import { fileUrl } from './file-url.ts'
import { SpokenMessage } from './spoken-message.tsx'
import { ThreadBones } from './thread-bones.tsx'

/** The thread of one room. The "New" line stays where it was when the room was entered. */
export function Messages({ room, visitor, name }: { room: Room; visitor: Visitor | null; name: string }) {
  const { t } = useI18n()
  const fail = useFail()
  const { me } = useDesk()
  const { thread, call } = room
  const view = useStore(thread.$view)
  const gone = useStore(room.$gone)
  const { state, events, pending, marks, more } = view
  const mine = state.phase.name === 'active' && state.phase.agentId === me.id
  const { mentions } = useDesk()
  const unseen = useStore(mentions.$unseen)
  useEffect(() => {
    if (view.phase === 'ready' && document.visibilityState === 'visible') mentions.seen(room.conversationId)
  }, [view.phase, unseen, mentions, room.conversationId])
  const entered = useRef<number | null>(null)
  if (entered.current === null && view.phase === 'ready') entered.current = marks.agent.read
  const hidden = useHidden(room.conversationId)
  const items = useMemo(() => {
    const others = othersIn({ events, more, state }, me.id, t('ui.agent'))
    const read = { audience: 'agent', work: workLinesOf(others), unreadAfter: entered.current } as const
    return signed(toTimeline({ events, pending, marks, ...read }), events, me.id, others)
    // The state is that of the events.
  }, [events, pending, marks, me.id, more, t])
  const busy = useInAnotherCall(room)
  const lastCall = items.findLast((item: TimelineItem) => item.kind === 'call')?.key
  if (gone) {
    const { phase } = state
    const elsewhere = phase.name === 'active' && !mine
    // Whose page slept or was offline meanwhile still knows it as theirs.
    const otherwise = t(mine ? 'desk.goneFromYou' : 'desk.notFound')
    return (
      <p className="thread-gone" role="alert">
        {elsewhere ? t('desk.goneTo', { name: phase.agentName }) : otherwise}{' '}
        <ReplayLink conversationId={room.conversationId} />
      </p>
    )
  }
  if (view.phase === 'loading') return <ThreadBones />
  return (
    <Thread
      conversation={room.conversationId}
      items={named(items, visitor?.name ?? null)}
      unnamed={name}
      reader="agent"
      label={t('desk.messages', { name })}
      url={fileUrl}
      more={more}
      events={view.events.length}
      loadMore={() => void thread.loadEarlier().catch(fail)}
      retry={thread.retry}
      remove={thread.discard}
      typing={view.typing ? name : null}
      onRead={() => mine && thread.read(state.seq)}
      note={drawNote}
      hidden={hidden}
      call={(item) => (
        <>
          <CallCard
            item={item}
            call={mine ? call : null}
            // Told as the visitor was told it, so that the one who ended it is named.
            reader={item.signed ? 'visitor' : 'agent'}
            peer={(item.signed && item.name) || name}
            last={item.key === lastCall}
            busy={busy}
          />
          {item.voicemail && isKept(item) ? <SpokenMessage callId={item.callId} name={name} /> : null}
        </>
      )}
    />
  )
}

/** Bubbles of a visitor bear the name that the desk knows. */
const named = (items: TimelineItem[], name: string | null): TimelineItem[] =>
  items.map((item) => (item.kind === 'bubbles' && item.side === 'visitor' ? { ...item, name } : item))

function useInAnotherCall(room: Room): boolean {
  const { inbox } = useDesk()
  return useStore(inbox.$mine).some(
    ({ conversationId, state }) =>
      conversationId !== room.conversationId && state.call !== null && state.call.phase === 'connected',
  )
}
