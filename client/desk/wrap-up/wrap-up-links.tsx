import { useStore } from '@nanostores/react'
import { Link } from 'wouter'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useDesk } from '../desk-context.ts'
import { visitorName } from '../visitor-name.ts'
import { TimeLeft } from './time-left.tsx'
import './wrap-up.css'

/** What is still to be finished, with the way there and the time left. */
export function WrapUpLinks() {
  const i18n = useI18n()
  const { t } = i18n
  const wrapUps = useStore(useDesk().inbox.$wrapUps)
  if (wrapUps.length === 0) return null
  return (
    <ul className="wrap-up-links" aria-label={t('work.wrapUps')}>
      {wrapUps.map((one) => (
        <li key={one.conversationId}>
          <Link href={`/c/${one.conversationId}`}>
            <bdi>{visitorName(i18n, one.visitorName, one.conversationId)}</bdi>
          </Link>
          <TimeLeft wrapUp={one} />
        </li>
      ))}
    </ul>
  )
}
