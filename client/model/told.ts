import type { SeatId } from '../../server/conversation/conversation.ts'
import type { TimelineItem } from './timeline-item.ts'

/** Beginnings and ends are shown as states, not as lines that stay. */
const untold = new Set(['ended', 'reopened'])

/** Whether somebody from outside who sits there finds it in their thread. Of media, what they see and hear is not told. */
export function told(item: TimelineItem, seat: SeatId): boolean {
  if (item.kind !== 'line') return true
  const { line } = item
  if (line.type === 'sideLeft' || line.type === 'sideReturned') return line.seat !== seat
  if (line.type === 'mediaRaised' || line.type === 'mediaLowered') return line.source === 'screen'
  return !untold.has(line.type)
}
