import { useStore } from '@nanostores/react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useSession } from '../session/session-context.ts'

/** The way to the demo shop, where there is one. */
export function DemoShop() {
  const { t } = useI18n()
  const who = useStore(useSession().$who)
  return who.phase === 'in' && who.demo ? (
    <a href="/demo" target="_blank" rel="noopener">
      {t('desk.openDemo')}
    </a>
  ) : null
}
