import { useStore } from '@nanostores/react'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { Offer, Status } from '../../../server/contract/desk.ts'
import type { I18n } from '../../i18n/i18n.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Icon } from '../../ui/icon.tsx'
import { bellOffIcon, triangleAlertIcon } from '../../ui/icons.ts'
import { useNow } from '../../ui/use-now.ts'
import { askForNotifications } from '../alerts.ts'
import { useDesk } from '../desk-context.ts'
import { useRinger } from '../ringer-context.ts'
import { useFail } from '../use-fail.ts'
import { visitorName } from '../visitor-name.ts'
import { WrapUpLinks } from '../wrap-up/wrap-up-links.tsx'
import type { Choice } from './status-choices.ts'
import { StatusMenu } from './status-menu.tsx'
import { WarmMic } from './warm-mic.tsx'

const choices = ['available', 'away'] as const

function wordsOf(i18n: I18n, status: Status, missed: Offer | null): string {
  const { t } = i18n
  if (status === 'notResponding' && missed)
    return t('desk.missed', { name: visitorName(i18n, missed.visitorName, missed.conversationId) })
  if (status === 'notResponding') return t('desk.statusNotResponding')
  return t(
    (
      {
        available: 'desk.statusAvailable',
        busy: 'work.statusBusy',
        away: 'desk.statusAway',
        wrapUp: 'work.statusWrapUp',
        offline: 'desk.statusOffline',
      } as const
    )[status],
  )
}

/** How I am set, why, since when, and by whom if not by myself. */
function Since() {
  const { t, span } = useI18n()
  const { inbox, wire } = useDesk()
  const { status, since, reason, by } = useStore(inbox.$standing)
  const now = useNow(wire.serverNow, 1_000)
  if (since === 0) return null
  const name = t(`work.status_${status}`)
  const named = reason ? t('work.statusReason', { status: name, reason: reason.name }) : name
  return (
    <p className="status-since">
      <span aria-live="off">
        {t('work.statusSince', { status: named, span: span(Math.max(0, now - since)) })}
      </span>
      {by === null ? null : <span role="status">{t('work.statusBy', { name: by })}</span>}
      <Link href="/day">{t('day.mine')}</Link>
    </p>
  )
}

/** How I am set, and what that means. The click that makes me available also lets the browser ring. */
export function StatusBar() {
  const i18n = useI18n()
  const { t } = i18n
  const { inbox, devices } = useDesk()
  const ringer = useRinger()
  const fail = useFail('work.wrapUpFirst')
  const status = useStore(inbox.$status)
  const missed = useStore(inbox.$missed)
  const choose = ({ status: next, reasonId }: Choice) => {
    ringer.unlock()
    if (next === 'available') askForNotifications()
    inbox.setStatus(next, reasonId).catch(fail)
  }
  return (
    <section className={`status-bar ${status}`} aria-label={t('desk.status')}>
      <div className="status-choice">
        <div className="segments">
          {choices.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={status === one}
              onClick={() => choose({ status: one })}
            >
              <span className={`lamp ${one}`} aria-hidden="true" />
              {t(`desk.${one}`)}
            </button>
          ))}
        </div>
        <StatusMenu choose={choose} />
      </div>
      <Since />
      <p className="status-words" role="status">
        {status === 'notResponding' ? <Icon of={triangleAlertIcon} size={16} /> : null}
        {wordsOf(i18n, status, missed)}
      </p>
      <WrapUpLinks />
      {status === 'available' ? <SoundBlocked /> : null}
      <WarmMic devices={devices} />
    </section>
  )
}

/** After a reload the browser is silent until the next click, anywhere. */
function SoundBlocked() {
  const { t } = useI18n()
  const ringer = useRinger()
  const [blocked, setBlocked] = useState(!ringer.unlocked())
  useEffect(() => {
    const clicked = () => {
      ringer.unlock()
      setBlocked(false)
    }
    // Not as soon as it is pressed: what is clicked would slip away under the pointer.
    window.addEventListener('click', clicked, { once: true })
    window.addEventListener('keydown', clicked, { once: true })
    return () => {
      window.removeEventListener('click', clicked)
      window.removeEventListener('keydown', clicked)
    }
  }, [ringer])
  if (!blocked) return null
  return (
    <p className="status-sound">
      <Icon of={bellOffIcon} size={16} />
      {t('desk.soundBlocked')}
    </p>
  )
}
