import { useStore } from '@nanostores/react'
import { Link, useLocation } from 'wouter'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { arrowLeftIcon, cornerUpLeftIcon, panelRightIcon, phoneIcon, videoIcon } from '../../ui/icons.ts'
import { dismissToast, showToast } from '../../ui/toast.tsx'
import type { Room } from '../desk.ts'
import { UNDO_MS } from '../endings.ts'
import { useDesk } from '../desk-context.ts'
import { ReplayLink } from '../earlier/replay-link.tsx'
import { useFail } from '../use-fail.ts'
import { TransferButton } from '../team/transfer-button.tsx'
import { useKeys } from '../use-keys.ts'

type HeadProps = { room: Room; name: string; details: boolean; showDetails: (on: boolean) => void }

/** Who it is, and what can be done: call, hand over, end. */
export function Head({ room, name, details, showDetails }: HeadProps) {
  const { t } = useI18n()
  const desk = useDesk()
  const { state } = useStore(room.thread.$view)
  const gone = useStore(room.$gone)
  const mine = !gone && state.phase.name === 'active' && state.phase.agentId === desk.me.id
  const ending = useStore(desk.$ending).has(room.conversationId)
  return (
    <header className="conversation-head">
      <Link
        href="/"
        className="icon-button quiet conversation-back"
        aria-label={t('desk.back')}
        title={t('desk.back')}
      >
        <Icon of={arrowLeftIcon} mirror />
      </Link>
      <h2 title={name}>
        <bdi>{name}</bdi>
      </h2>
      <span className="conversation-gap" />
      {state.phase.name === 'ended' ? <ReplayLink conversationId={room.conversationId} /> : null}
      {mine && !ending ? <Deeds room={room} name={name} /> : null}
      <IconButton
        icon={panelRightIcon}
        mirror
        className="conversation-details"
        label={t('desk.details')}
        aria-pressed={details}
        onClick={() => showDetails(!details)}
      />
    </header>
  )
}

function Deeds({ room }: { room: Room; name: string }) {
  const { t } = useI18n()
  const desk = useDesk()
  const fail = useFail()
  const [, go] = useLocation()
  const { state } = useStore(room.thread.$view)
  const calling = useStore(desk.inbox.$mine).some((row) => row.state.call !== null) || state.call !== null
  const { conversationId } = room
  const end = () => {
    const undo = desk.end(conversationId, (error) => {
      dismissToast(toast)
      fail(error)
    })
    const toast = showToast({
      text: t('desk.ending'),
      ms: UNDO_MS,
      undo: true,
      action: { label: t('common.undo'), run: undo },
    })
  }
  const handOver = async (): Promise<void> => {
    try {
      await desk.handOver(conversationId)
      showToast({ text: t('desk.handedOver') })
      go('/')
    } catch (error) {
      fail(error)
    }
  }
  useKeys({ 'Alt+E': end })
  return (
    <>
      <IconButton
        icon={phoneIcon}
        label={t('desk.voiceCall')}
        disabled={calling}
        onClick={() => room.call.ask('voice')}
      />
      <IconButton
        icon={videoIcon}
        label={t('desk.videoCall')}
        disabled={calling}
        onClick={() => room.call.ask('video')}
      />
      {state.call?.phase === 'connected' ? null : <TransferButton room={room} drawn />}
      <IconButton
        icon={cornerUpLeftIcon}
        mirror
        label={t('desk.handOver')}
        disabled={state.call?.phase === 'connected'}
        onClick={() => void handOver()}
      />
      <Button className="conversation-end" title="Alt+E" onClick={end}>
        {t('desk.end')}
      </Button>
    </>
  )
}
