/** The line along a conversation: how heavy it is beside each item says which media ran at that moment. */
import type { TimelineItem } from '../model/timeline-item.ts'

/** In rising order: text only, a call on hold, voice, camera, screen. */
export type Weight = 'text' | 'held' | 'voice' | 'video' | 'screen'

type Open = { until: number; raised: Set<string>; held: boolean }

function weightOf(open: Open | null, at: number): Weight {
  if (!open || at > open.until) return 'text'
  if (open.held) return 'held'
  const sources = [...open.raised].map((key) => key.split(':')[1])
  if (sources.includes('screen')) return 'screen'
  return sources.includes('cam') ? 'video' : 'voice'
}

/** One weight an item, in the items' order. */
export function weights(items: readonly TimelineItem[]): Weight[] {
  let open: Open | null = null
  return items.map((item) => {
    if (item.kind === 'call') {
      const { status } = item
      if (status.name === 'connected')
        open = { until: Number.POSITIVE_INFINITY, raised: new Set(), held: false }
      else if (status.name === 'ended' && status.durationMs > 0)
        open = { until: item.at + status.durationMs, raised: new Set(), held: false }
      else open = null
    }
    if (open && item.kind === 'line') {
      const { line } = item
      if (line.type === 'held' || line.type === 'resumed') open.held = line.type === 'held'
      if (line.type === 'mediaRaised') open.raised.add(`${line.seat}:${line.source}`)
      if (line.type === 'mediaLowered') open.raised.delete(`${line.seat}:${line.source}`)
    }
    return weightOf(open, item.at)
  })
}
