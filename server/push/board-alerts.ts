/** Tells supervisors who wish it what the board shows as beyond its promise, while they do not look. */
import { type AlertsBefore, alertsOf, keyOf, newAlerts } from '../board/board.ts'
import { readQueues } from '../board/board.store.ts'
import type { Config } from '../config.ts'
import { may } from '../permission/permission.ts'
import type { Database } from '../storage/database.ts'
import { boardWatchers } from './push.store.ts'
import type { Telling } from './push.teller.ts'

type D = { db: Database; config: Pick<Config, 'chatOfferMs' | 'callOfferMs'>; telling: Telling }

const NEWS_MS = 10 * 60_000

/** One look. While nobody is to be told nothing is read, and what stands then is news to the first who is. */
export function createBoardAlerts({ db, config, telling }: D): () => Promise<void> {
  let before: AlertsBefore = new Map()
  return async () => {
    const watchers = (await boardWatchers(db)).filter(({ role }) => may(role, 'supervise'))
    if (watchers.length === 0) {
      before = new Map()
      return
    }
    const { now, queues } = await readQueues(db, config)
    const { tell, after } = newAlerts(before, alertsOf(queues, now), now)
    before = after
    for (const alert of tell) {
      const news = { kind: alert.what, name: alert.name || null } as const
      const about = { tag: keyOf(alert), news, path: '/board', ttlMs: NEWS_MS, urgent: true }
      for (const { personId } of watchers) telling.person(personId, about)
    }
  }
}
