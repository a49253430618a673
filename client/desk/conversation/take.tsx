import { useStore } from '@nanostores/react'
import { type ReactNode, useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import type { Room } from '../desk.ts'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'

/** In the place of the field, where nothing can be written. */
export const Closed = ({ children }: { children: ReactNode }) => <div className="closed">{children}</div>

/** Who is nobody's yet, and the way to make them one's own. */
export function Take({ room, name }: { room: Room; name: string }) {
  const { t } = useI18n()
  const desk = useDesk()
  const fail = useFail()
  const [busy, setBusy] = useState(false)
  const { phase, task } = useStore(room.thread.$view).state
  const elsewhere = phase.name === 'offered' && phase.agentId !== desk.me.id
  const take = () => {
    setBusy(true)
    desk
      .take(room.conversationId)
      .catch(fail)
      .finally(() => setBusy(false))
  }
  const hint = t(task ? 'desk.takeTaskHint' : 'desk.takeHint', { name })
  return (
    <Closed>
      <p>{elsewhere ? t('desk.offeredElsewhere') : hint}</p>
      <Button look="primary" busy={busy} disabled={elsewhere} onClick={take}>
        {t('desk.take')}
      </Button>
    </Closed>
  )
}
