/** Puts what was said in calls among what was written. Pure. */
import type { SpokenLine } from '../../server/contract/transcript.ts'
import type { Bubble, BubbleGroup, SpokenItem, TimelineItem } from '../model/timeline-item.ts'

/** A bubble by itself, so that something may be said between two. */
type Piece = { at: number; item: TimelineItem; bubble?: Bubble }

/** In the order of time. `lines` are in it already; what is written keeps its own. */
export function withSpoken(items: readonly TimelineItem[], lines: readonly SpokenLine[]): TimelineItem[] {
  if (lines.length === 0) return [...items]
  const written = items.flatMap((item): Piece[] =>
    item.kind === 'bubbles'
      ? item.bubbles.map((bubble) => ({ at: bubble.at, item, bubble }))
      : [{ at: item.at, item }],
  )
  const whole: TimelineItem[] = []
  let next = 0
  const sayUpTo = (at: number) => {
    for (let line = lines[next]; line && line.at < at; line = lines[++next])
      whole.push(toItem(line, whole.at(-1)))
  }
  const groups = new Map<TimelineItem, BubbleGroup>()
  for (const { at, item, bubble } of written) {
    sayUpTo(at)
    const open = groups.get(item)
    if (item.kind !== 'bubbles' || !bubble) {
      whole.push(item)
    } else if (open && whole.at(-1) === open) {
      open.bubbles.push(bubble)
    } else {
      const group = { ...item, key: bubble.key, at, bubbles: [bubble] }
      groups.set(item, group)
      whole.push(group)
    }
  }
  sayUpTo(Number.POSITIVE_INFINITY)
  return whole
}

function toItem(line: SpokenLine, before: TimelineItem | undefined): SpokenItem {
  const goesOn =
    before?.kind === 'spoken' && before.line.seat === line.seat && before.line.speaker === line.speaker
  return { kind: 'spoken', key: `said ${line.n}`, at: line.at, line, goesOn }
}

/** Below it an engine is not to be trusted without listening. */
const SURE = 0.6

export const isUnsure = ({ confidence, correction }: SpokenLine): boolean =>
  correction === null && confidence !== null && confidence < SURE
