import type { ThreadView } from '../model/thread.ts'
import type { LineItem, TimelineItem } from '../model/timeline-item.ts'
import { told } from '../model/told.ts'
import { toTimeline } from '../model/timeline.ts'

/** The sections of words that a guest's page has. */
export const sections = ['common', 'ui', 'call', 'guest'] as const

type Shown = Pick<ThreadView, 'events' | 'pending' | 'state'>

/** What a guest finds in the thread: what they wrote on their side, what staff wrote on the other. */
export function guestItems({ events, pending, state }: Shown, me: { name: string; seat: string }) {
  const agent = state.phase.name === 'active' ? state.phase.agentName : null
  const named = (item: LineItem): LineItem => {
    const { line } = item
    if (!('seat' in line) || line.name !== null) return item
    // Who sat there before they came.
    const name = line.seat === 'agent' ? agent : (state.call?.seats[line.seat]?.name ?? null)
    return { ...item, line: { ...line, name } }
  }
  const items = toTimeline({ events, pending, audience: 'agent' }).filter((item) => told(item, me.seat))
  return items.map((item): TimelineItem => {
    if (item.kind === 'line') return named(item)
    if (item.kind !== 'bubbles') return item
    return { ...item, mine: item.name === me.name || (item.name === null && item.side === 'agent') }
  })
}
