import { Link } from 'wouter'
import { useStore } from '@nanostores/react'
import { CallPanel } from '../../call/call-panel.tsx'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { Room } from '../desk.ts'
import { useDesk } from '../desk-context.ts'
import { CallCompany, CallDeeds } from '../team/in-call.tsx'
import { useKeys } from '../use-keys.ts'
import { visitorName } from '../visitor-name.ts'

/** Every room's call: the one that runs stays here whichever conversation is shown. */
export function Calls() {
  const i18n = useI18n()
  const { $rooms, inbox } = useDesk()
  const rooms = useStore($rooms)
  const running = () =>
    rooms.find(({ call: { $call, $media } }) => $media.get() && $call.get()?.phase === 'connected')
  useKeys({ 'Alt+H': () => running()?.call.hold?.toggle() })
  const nameOf = ({ conversationId }: Room) =>
    visitorName(i18n, inbox.row(conversationId)?.visitor.name, conversationId)
  return (
    <div className="calls">
      {rooms.map((room) => (
        <div key={room.conversationId}>
          <CallPanel
            call={room.call}
            peer={nameOf(room)}
            deeds={<CallDeeds room={room} />}
            company={<CallCompany room={room} peer={nameOf(room)} />}
            deviceMore={<Link href="/devices">{i18n.t('call.devicePage')}</Link>}
          />
        </div>
      ))}
    </div>
  )
}
