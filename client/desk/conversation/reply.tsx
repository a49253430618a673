import { useStore } from '@nanostores/react'
import type { RefCallback } from 'react'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { Room } from '../desk.ts'
import { useDesk } from '../desk-context.ts'
import { Closed, Take } from './take.tsx'
import { Writing } from './writing.tsx'

type Props = { room: Room; name: string; field: RefCallback<HTMLTextAreaElement> }

/** Where one writes, or why one cannot, with the way to change that. */
export function Reply({ room, name, field }: Props) {
  const { t } = useI18n()
  const { me } = useDesk()
  const view = useStore(room.thread.$view)
  const gone = useStore(room.$gone)
  const { phase } = view.state
  if (gone || view.phase === 'loading') return null
  const { call } = view.state
  const seat = Object.values(call?.seats ?? {}).find((one) => one.personId === me.id)
  const speaks = seat !== undefined && !seat.aside
  if (phase.name === 'active' && (phase.agentId === me.id || speaks))
    return <Writing room={room} name={name} field={field} />
  if (phase.name === 'ended') return <Closed>{t('desk.endedHere', { name })}</Closed>
  // A supervisor, or who is asked about it or named in a note, says something to the agent alone.
  const asked = seat !== undefined || view.state.named?.includes(me.id)
  if (phase.name === 'active' && (asked || may(me.role, 'supervise')))
    return <Writing room={room} name={name} field={field} noteOnly />
  if (phase.name === 'active') return <Closed>{t('desk.withOther', { name: phase.agentName })}</Closed>
  return <Take room={room} name={name} />
}
