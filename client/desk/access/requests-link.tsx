import { Link } from 'wouter'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Pill } from '../../ui/pill.tsx'
import { useRequests } from './requests-page.tsx'

/** The way to requests, where there are any, with how many wait for the reader. */
export function RequestsLink() {
  const { t, n } = useI18n()
  const { requests } = useRequests()
  if (!requests || requests.own.length + requests.others.length === 0) return null
  const waiting = requests.others.filter(({ state }) => state === 'asked').length
  return (
    <Link href="/requests" className="requests-link">
      {t('access.requests')} {waiting > 0 ? <Pill>{n(waiting)}</Pill> : null}
    </Link>
  )
}
