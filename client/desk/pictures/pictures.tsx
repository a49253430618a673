import { useStore } from '@nanostores/react'
import { useEffect, useRef } from 'react'
import { createPortal } from 'react-dom'
import { MicAndCamera, UnheardHint } from '../../call/controls.tsx'
import { HoldButton } from '../../call/on-hold.tsx'
import { hasPictures, Stage } from '../../call/stage.tsx'
import { useCall, useRung } from '../../call/use-call.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { phoneOffIcon, pictureInPictureIcon } from '../../ui/icons.ts'
import { showToast } from '../../ui/toast.tsx'
import type { Room } from '../desk.ts'
import { useDesk } from '../desk-context.ts'
import { visitorName } from '../visitor-name.ts'
import './pictures.css'

/** Draws what is in the window beside the desk, whichever page of the desk is shown. */
export function Pictures() {
  const { pictures, $rooms } = useDesk()
  const out = useStore(pictures.$out)
  const room = useStore($rooms).find(({ conversationId }) => conversationId === out?.conversationId)
  const lost = out !== null && !room
  useEffect(() => {
    if (lost) pictures.close()
  }, [lost, pictures])
  if (!out || !room) return null
  return createPortal(<Outside room={room} window={out.window} />, out.window.document.body)
}

function Outside({ room: { call, conversationId }, window }: { room: Room; window: Window }) {
  const i18n = useI18n()
  const { t } = i18n
  const { inbox, pictures } = useDesk()
  const now = useCall(call)
  const rung = useRung(now)
  const runs = now.phase === 'connected' || now.phase === 'connecting'
  const peer = visitorName(i18n, inbox.row(conversationId)?.visitor.name, conversationId)
  const title = t('call.region', { name: peer })
  useEffect(() => {
    if (!runs) pictures.close()
  }, [runs, pictures])
  useEffect(() => {
    window.document.title = title
  }, [window, title])
  return (
    <main className="pictures-window">
      <h1 className="visually-hidden">{title}</h1>
      <Stage call={call} now={now} peer={peer} rung={rung} />
      <div className="call-controls" role="group" aria-label={t('call.controls')}>
        {now.listens ? null : <MicAndCamera call={call} now={now} />}
        {call.hold && now.own === 'agent' ? <HoldButton hold={call.hold} now={now} /> : null}
        <Button look="danger" icon={phoneOffIcon} className="hang-up" onClick={call.hangUp}>
          {t('call.hangUp')}
        </Button>
        <UnheardHint now={now} />
      </div>
    </main>
  )
}

/** On a phone windows are tabs, which help nobody. */
export const canMovePictures = () => matchMedia('(hover: hover) and (pointer: fine)').matches

/** Takes the pictures of a room's call out of the page, or back. */
export function useMovePictures(): (room: Room) => void {
  const { t } = useI18n()
  const { pictures } = useDesk()
  return ({ call, conversationId }) => {
    if (pictures.$out.get()) return pictures.close()
    if (!hasPictures(call) || !canMovePictures()) return
    void pictures.open(conversationId).then((opened) => {
      if (!opened) showToast({ text: t('desk.picturesBlocked'), look: 'danger' })
    })
  }
}

export function PicturesButton({ room }: { room: Room }) {
  const { t } = useI18n()
  const { pictures } = useDesk()
  const move = useMovePictures()
  const button = useRef<HTMLButtonElement>(null)
  // Drawn anew with what is seen.
  useCall(room.call)
  useStore(room.call.devices.$cam)
  useStore(room.call.devices.$screen)
  const out = useStore(pictures.$out)?.conversationId === room.conversationId
  const before = useRef(out)
  useEffect(() => {
    // Back from the window to where it was opened, unless somebody types meanwhile.
    if (before.current && !out && document.activeElement === document.body) button.current?.focus()
    before.current = out
  }, [out])
  if (!out && !hasPictures(room.call)) return null
  return (
    <IconButton
      ref={button}
      icon={pictureInPictureIcon}
      look={out ? 'primary' : 'plain'}
      label={t(out ? 'desk.picturesBack' : 'desk.picturesOut')}
      shortcut="Alt+O"
      onClick={() => move(room)}
    />
  )
}

/** Where the pictures of the call were: that they are elsewhere. */
export function PicturesAway() {
  const { t } = useI18n()
  return (
    <p className="call-notice" role="status">
      {t('desk.picturesAway')}
    </p>
  )
}
