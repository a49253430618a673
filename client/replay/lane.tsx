import type { ReactNode } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'

export type LaneKind =
  | 'over'
  | 'cam'
  | 'screen'
  | 'text'
  | 'event'
  | 'note'
  | 'weak'
  | 'hole'
  | 'comment'
  | 'hit'

type Props = { kind: LaneKind; count: number; children: ReactNode }

/** What of one kind there is on the axis, named with how many; without any it takes no room. */
export function Lane({ kind, count, children }: Props) {
  const { t } = useI18n()
  if (count === 0) return null
  const name = t(`replay.lane_${kind}`)
  return (
    <div className={`lane of-${kind}`} role="img" aria-label={t('replay.lane', { name, number: count })}>
      <LaneName>{name}</LaneName>
      {children}
    </div>
  )
}

/** What is in a lane, for those who see it: the lane itself has the name. */
export function LaneName({ children }: { children: string }) {
  return (
    <span className="lane-name" dir="auto" aria-hidden="true">
      {children}
    </span>
  )
}
