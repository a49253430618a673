import { useI18n } from '../i18n/use-i18n.ts'
import type { CallNow } from './use-call.ts'

/** Whose connection is worse than it should be, and what one notices of it: oneself first. */
export function Weak({ now: { call, phase, own }, peer }: { now: CallNow; peer: string }) {
  const { t } = useI18n()
  if (!call || phase !== 'connected') return null
  const mine = call.seats[own]?.warnings?.[0]
  if (mine) return <Line>{t(`call.weakYou_${mine}`)}</Line>
  const other = Object.entries(call.seats).find(([seat, { warnings }]) => seat !== own && warnings?.[0])?.[1]
  const theirs = other?.warnings?.[0]
  return theirs ? <Line>{t(`call.weakThem_${theirs}`, { name: other.name ?? peer })}</Line> : null
}

function Line({ children }: { children: string }) {
  return (
    <p className="call-notice" role="status">
      {children}
    </p>
  )
}
