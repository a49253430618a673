import { useStore } from '@nanostores/react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useDesk } from '../desk-context.ts'
import { Calls } from './calls.tsx'
import { DemoShop } from './demo-shop.tsx'

const words = {
  available: 'desk.emptyAvailable',
  busy: 'work.statusBusy',
  away: 'desk.statusAway',
  wrapUp: 'work.statusWrapUp',
  notResponding: 'desk.statusNotResponding',
  offline: 'desk.statusOffline',
} as const

/** Nothing chosen: what will happen, and the day so far. */
export function EmptyConversation() {
  const { t } = useI18n()
  const { inbox } = useDesk()
  const status = useStore(inbox.$status)
  const { handled } = useStore(inbox.$today)
  return (
    <section className="nothing-open">
      <Calls />
      <div className="nothing-words">
        <h2>{t('desk.emptyTitle')}</h2>
        <p>{t(words[status])}</p>
        <p className="quiet">{t('desk.handled', { count: handled })}</p>
        <DemoShop />
      </div>
    </section>
  )
}
