import { CallCard } from '../../call/call-card.tsx'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { CallItem, TimelineItem } from '../../model/timeline-item.ts'

/** To one who took no part, neither side is their own, and everybody has a name. */
export function watched(item: TimelineItem, visitor: string | null): TimelineItem {
  if (item.kind === 'call') return { ...item, mine: false }
  if (item.kind !== 'bubbles') return item
  return { ...item, mine: false, name: item.side === 'visitor' ? visitor : item.name }
}

/** Told as the other side was told it, so that the one who acted is named. */
export function PastCall({ item, visitor }: { item: CallItem; visitor: string }) {
  const { t } = useI18n()
  const by = item.status.name === 'ended' ? item.status.by : item.by
  const agent = item.name ?? t('ui.agent')
  return by === 'agent' ? (
    <CallCard item={item} call={null} reader="visitor" peer={agent} />
  ) : (
    <CallCard item={item} call={null} reader="agent" peer={visitor} />
  )
}
