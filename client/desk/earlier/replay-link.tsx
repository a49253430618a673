import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Icon } from '../../ui/icon.tsx'
import { historyIcon } from '../../ui/icons.ts'
import { useDesk } from '../desk-context.ts'

/** From a conversation that has ended to its replay, where rules let the reader hear it or ask to. */
export function ReplayLink({ conversationId }: { conversationId: string }) {
  const { t } = useI18n()
  const { wire } = useDesk()
  const [open, setOpen] = useState(false)
  useEffect(() => {
    let latest = true
    const ask = () =>
      void wire.request('conversation.replay', { conversationId }).then(
        ({ verdict }) => latest && setOpen(verdict !== 'no'),
        // Asked again as soon as the server answers.
        () => undefined,
      )
    ask()
    const stop = wire.onOnline(ask)
    return () => {
      latest = false
      stop()
    }
  }, [wire, conversationId])
  if (!open) return null
  return (
    <Link href={`/replay/${conversationId}`} className="button plain">
      <Icon of={historyIcon} size={18} />
      <span>{t('replay.open')}</span>
    </Link>
  )
}
