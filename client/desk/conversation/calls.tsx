import { Link } from 'wouter'
import { useStore } from '@nanostores/react'
import { CallPanel } from '../../call/call-panel.tsx'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Missing } from '../../ui/missing.tsx'
import type { Room } from '../desk.ts'
import { useDesk } from '../desk-context.ts'
import { canMovePictures, PicturesAway, PicturesButton, useMovePictures } from '../pictures/pictures.tsx'
import { CallCompany, CallDeeds } from '../team/in-call.tsx'
import { isRecordable } from '../team/pause.tsx'
import { useFail } from '../use-fail.ts'
import { useKeys } from '../use-keys.ts'
import { visitorName } from '../visitor-name.ts'

/** Every room's call: the one that runs stays here whichever conversation is shown. */
export function Calls() {
  const i18n = useI18n()
  const { $rooms, inbox, team, pictures: window } = useDesk()
  const out = useStore(window.$out)?.conversationId
  const rooms = useStore($rooms)
  const fail = useFail()
  const running = () =>
    rooms.find(({ call: { $call, $media } }) => $media.get() && $call.get()?.phase === 'connected')
  const pause = () => {
    const call = running()?.call.$call.get()
    if (!call || !isRecordable(call)) return
    const paused = call.pause?.holds.some(({ why }) => why === 'card')
    void (paused ? team.resumeRecording(call.id, false) : team.pauseRecording(call.id)).catch(fail)
  }
  const move = useMovePictures()
  const pictures = () => {
    const room = running()
    if (room) move(room)
  }
  useKeys({ 'Alt+O': pictures, 'Alt+H': () => running()?.call.hold?.toggle(), 'Alt+P': pause })
  const nameOf = ({ conversationId }: Room) =>
    visitorName(i18n, inbox.row(conversationId)?.visitor.name, conversationId)
  return (
    <div className="calls">
      <Missing />
      {rooms.map((room) => (
        <div key={room.conversationId}>
          <CallPanel
            call={room.call}
            peer={nameOf(room)}
            deeds={<CallDeeds room={room} />}
            company={<CallCompany room={room} peer={nameOf(room)} />}
            picturesOut={{
              button: canMovePictures() ? <PicturesButton room={room} /> : undefined,
              away: out === room.conversationId ? <PicturesAway /> : null,
            }}
            deviceMore={<Link href="/devices">{i18n.t('call.devicePage')}</Link>}
          />
        </div>
      ))}
    </div>
  )
}
