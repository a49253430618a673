/** The words of the live board. Times are instants or lengths in ms. */

/** Of those who could be served in a span: how many were answered, how many in time, how many gave up. */
export type Service = { answered: number; inTime: number; abandoned: number }

export type QueueLine = {
  /** Null: everybody's. */
  id: string | null
  name: string
  waiting: number
  /** Since when the one waits who waits longest; null: nobody does. */
  longestSince: number | null
  /** The wait that is to be kept to, the least of the media that wait or are served here; the share of whom it is promised. */
  target: { withinMs: number; share: number }
  /** Of the last half hour, and since midnight. */
  now: Service
  today: Service
}

/** Whether a line is as it should be, in danger, or beyond what was promised. */
export type Level = 'good' | 'near' | 'over'

/** Share of the answered that were answered in time; null: nobody was served. Who gave up late counts as not in time. */
export function shareOf({ answered, inTime, abandoned }: Service): number | null {
  const served = answered + abandoned
  return served === 0 ? null : inTime / served
}

/** How the longest wait stands to the target: half of it is near, all of it over. */
export function waitLevel({ longestSince, target }: QueueLine, now: number): Level {
  const waited = longestSince === null ? 0 : now - longestSince
  if (waited >= target.withinMs) return 'over'
  return waited >= target.withinMs / 2 ? 'near' : 'good'
}

/** How the share stands to the target; a tenth above it is near. */
export function serviceLevel(service: Service, { target }: Pick<QueueLine, 'target'>): Level {
  const share = shareOf(service)
  if (share === null || share >= Math.min(1, target.share * 1.1)) return 'good'
  return share < target.share ? 'over' : 'near'
}
