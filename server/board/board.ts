/** The words of the live board. Times are instants or lengths in ms. */

/** Of those who could be served in a span: how many were answered, how many in time, how many gave up. */
export type Service = { answered: number; inTime: number; abandoned: number }

/** A wait, and how long it was promised to be at most. */
export type Promised = { since: number; withinMs: number }

export type QueueLine = {
  /** Null: everybody's. */
  id: string | null
  name: string
  /** Who sits there and waits. Messages to answer and people to be called back are tasks. */
  waiting: number
  tasks: number
  /** Since when the one waits who waits longest; null: nobody does. */
  longestSince: number | null
  /** The wait that is furthest through what its medium was promised. */
  most: Promised | null
  /** The wait that is to be kept to, the least of the media that wait or are served here; the share of whom it is promised. */
  target: { withinMs: number; share: number }
  /** Of the last half hour, and since midnight by the queue's opening hours; without any, by the installation's zone. */
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

/** How the waits stand to what was promised of their media: half of it is near, all of it over. */
export function waitLevel({ most }: Pick<QueueLine, 'most'>, now: number): Level {
  if (most === null) return 'good'
  const waited = now - most.since
  if (waited >= most.withinMs) return 'over'
  return waited >= most.withinMs / 2 ? 'near' : 'good'
}

/** How the share stands to the target; a tenth above it is near. */
export function serviceLevel(service: Service, { target }: Pick<QueueLine, 'target'>): Level {
  const share = shareOf(service)
  if (share === null || share >= Math.min(1, target.share * 1.1)) return 'good'
  return share < target.share ? 'over' : 'near'
}

/** A promise that is broken: somebody has waited longer, or too few were answered in time. */
export type Alert = { queueId: string | null; name: string; what: 'wait' | 'service' }

/** What comes and goes again and again is told once in this time. */
const AGAIN_MS = 10 * 60_000

export const alertsOf = (queues: readonly QueueLine[], now: number): Alert[] =>
  queues.flatMap((queue) => {
    const { id: queueId, name } = queue
    return [
      ...(waitLevel(queue, now) === 'over' ? [{ queueId, name, what: 'wait' as const }] : []),
      ...(serviceLevel(queue.now, queue) === 'over' ? [{ queueId, name, what: 'service' as const }] : []),
    ]
  })

export const keyOf = ({ queueId, what }: Alert): string => `${what} ${queueId ?? 'everybody'}`

/** Of each alert: whether it stood at the last look, and when it was last told, ms. */
export type AlertsBefore = ReadonlyMap<string, { stands: boolean; toldAt: number }>

/** What is to be told now, and what is known after that. */
export function newAlerts(
  before: AlertsBefore,
  alerts: readonly Alert[],
  now: number,
): { tell: Alert[]; after: AlertsBefore } {
  const after = new Map([...before].map(([key, { toldAt }]) => [key, { stands: false, toldAt }]))
  const tell: Alert[] = []
  for (const alert of alerts) {
    const key = keyOf(alert)
    const known = before.get(key)
    const news = !known || (!known.stands && now - known.toldAt >= AGAIN_MS)
    if (news) tell.push(alert)
    after.set(key, { stands: true, toldAt: news ? now : known.toldAt })
  }
  return { tell, after }
}
