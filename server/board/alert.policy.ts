/** Which lines of the board are beyond their promise, and which of that is news. Pure. */
import { type QueueLine, serviceLevel, waitLevel } from './board.ts'

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
