import { useStore } from '@nanostores/react'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { CallItem } from '../../model/timeline-item.ts'
import type { Visit } from './visit.ts'

/** Whether a call can be asked for now, and how. */
export function useCalling(visit: Visit) {
  const status = useStore(visit.wire.$status)
  const team = useStore(visit.$team)
  const { state } = useStore(visit.thread.$view)
  const answered = state.phase.name === 'active'
  return {
    inCall: state.call !== null,
    /** Shown on the buttons. Off they are not: that would take the focus from the one that was pressed. */
    busy: useStore(visit.calling.$preparing),
    /** With nobody there a call would ring in an empty room. */
    possible: status === 'online' && (answered || team === true),
    ask: (media: 'voice' | 'video') => visit.calling.ask(media),
    near: visit.calling.near,
  }
}

/** How the other side is named: the agent who answers, else the site. */
export function usePeer(visit: Visit): string {
  const { t } = useI18n()
  const { state } = useStore(visit.thread.$view)
  const site = useStore(visit.session.$session)?.site.name
  if (state.call?.voicemail) return t('call.voiceMessage')
  return state.phase.name === 'active' ? state.phase.agentName : (site ?? t('ui.agent'))
}

/** The call over the thread, once there is one. */
export function CallStage({ visit }: { visit: Visit }) {
  const parts = useStore(visit.calling.$parts)
  const peer = usePeer(visit)
  if (!parts) return null
  const { CallPanel, PopOutButton, call, popOut } = parts
  return <CallPanel call={call} peer={peer} more={popOut ? <PopOutButton popOut={popOut} /> : null} />
}

type CardProps = { visit: Visit; item: CallItem; last: boolean }

export function CallCard({ visit, item, last }: CardProps) {
  const parts = useStore(visit.calling.$parts)
  const peer = usePeer(visit)
  if (!parts) return <p className="line">…</p>
  return (
    <>
      <parts.CallCard
        {...{ item, call: parts.call, last, write: visit.focusField }}
        reader="visitor"
        peer={item.name ?? peer}
      />
      {last ? (
        <parts.TryConnection
          {...{ item, thread: visit.thread, wire: visit.wire, devices: parts.call.devices }}
        />
      ) : null}
    </>
  )
}
