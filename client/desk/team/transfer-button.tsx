import { useStore } from '@nanostores/react'
import { useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { forwardIcon, userPlusIcon } from '../../ui/icons-team.ts'
import { showToast } from '../../ui/toast.tsx'
import type { Room } from '../desk.ts'
import { UNDO_MS } from '../endings.ts'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'
import { useKeys } from '../use-keys.ts'
import { GuestLink } from './guest-link.tsx'
import { type Deed, PeopleDialog } from './people-dialog.tsx'
import './team.css'

/** Gives the conversation on, its call with it, and offers to take that back for five seconds. */
export function useTransfer(room: Room): Deed['run'] {
  const { t } = useI18n()
  const desk = useDesk()
  const fail = useFail()
  const { conversationId, call } = room
  const undo = async (): Promise<void> => {
    try {
      await desk.team.undo(conversationId)
      if (call.$call.get()) call.bringHere()
    } catch (error) {
      fail(error)
    }
  }
  return async ({ name, ...given }) => {
    await desk.team.transfer({ conversationId, ...given })
    const action = { label: t('common.undo'), run: () => void undo() }
    showToast({ text: t('team.transferred', { name }), ms: UNDO_MS, undo: true, action })
  }
}

/** In the conversation's head (`drawn`), and with words in the call bar. */
export function TransferButton({ room, drawn = false }: { room: Room; drawn?: boolean }) {
  const { t } = useI18n()
  const { team } = useDesk()
  const [open, setOpen] = useState(false)
  const transfer = useTransfer(room)
  const call = useStore(room.call.$call)
  const running = call?.phase === 'connected' ? call : null
  const consult: Deed = {
    label: 'team.consult',
    run: async ({ to, note }) => {
      if (!running) return
      const { id: callId } = running
      if (to.kind === 'queue') await team.consultQueue({ callId, queueId: to.id, note })
      else await team.invite({ callId, personId: to.id, purpose: 'consult', note })
    },
  }
  useKeys({ 'Alt+T': () => setOpen(true) })
  const label = t('team.transfer')
  return (
    <>
      {drawn ? (
        <IconButton icon={forwardIcon} mirror label={label} shortcut="Alt+T" onClick={() => setOpen(true)} />
      ) : (
        <Button icon={forwardIcon} mirror title="Alt+T" onClick={() => setOpen(true)}>
          {label}
        </Button>
      )}
      {open ? (
        <PeopleDialog
          conversationId={room.conversationId}
          title={t('team.transferTitle')}
          queues
          deeds={[{ label: 'team.transferNow', gives: true, run: transfer }, ...(running ? [consult] : [])]}
          close={() => setOpen(false)}
        />
      ) : null}
    </>
  )
}

/** Somebody more into the running call: a colleague, or a guest by a link. */
export function AddButton({ room, callId }: { room: Room; callId: string }) {
  const { t } = useI18n()
  const { team } = useDesk()
  const [open, setOpen] = useState(false)
  const join: Deed = {
    label: 'team.ask',
    personOnly: true,
    run: async ({ to: { id }, note }) => {
      if (id) await team.invite({ callId, personId: id, purpose: 'join', note })
    },
  }
  return (
    <>
      <Button
        icon={userPlusIcon}
        className="add-participant"
        title={t('team.add')}
        onClick={() => setOpen(true)}
      >
        {t('team.add')}
      </Button>
      {open ? (
        <PeopleDialog
          conversationId={room.conversationId}
          title={t('team.addTitle')}
          queues={false}
          deeds={[join]}
          close={() => setOpen(false)}
        >
          <GuestLink callId={callId} />
        </PeopleDialog>
      ) : null}
    </>
  )
}
