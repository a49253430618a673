/** What staff are told of those that wait before their queues: what came, changed and went in one moment is one push. */
import type { Announcements } from '../bus.ts'
import { inboxRows } from '../conversation/inbox.service.ts'
import type { Database } from '../storage/database.ts'
import type { Tasks } from '../tasks.ts'
import { createGathering } from './gathering.ts'
import type { Hub } from './hub.ts'
import { waits } from './inbox-rows.ts'

type D = { db: Database; hub: Hub; tasks: Tasks }

/**
 * The first change is told at once, those after it together. Everybody of a queue is told of each, so in a busy house this is
 * most of what a server sends; who is to answer is told apart from it, by an offer.
 */
const TELL_MS = 400

type Line = { rows: Awaited<ReturnType<typeof inboxRows>>; gone: Map<string, number> }

export type QueueLines = {
  appended(appended: Pick<Announcements['appended'], 'conversationId' | 'before' | 'after'>): void
  /** One that waits has changed otherwise. */
  changed(conversationId: string): void
}

export function createQueueLines(d: D): QueueLines {
  /** Queue → conversations that have left it and have not been told of, with their versions. */
  const gone = new Map<string | null, Map<string, number>>()
  const changed = createGathering(d, 'queue lines', (ids) => tell(d, ids, gone), TELL_MS)
  return {
    changed,
    appended({ conversationId, before, after }) {
      const listed = before.seq > 0 && waits(before)
      const stays = waits(after) && before.queueId === after.queueId
      if (listed && !stays) {
        const left = gone.get(before.queueId) ?? new Map<string, number>()
        gone.set(before.queueId, left.set(conversationId, after.seq))
      }
      if (listed || waits(after)) changed(conversationId)
    },
  }
}

async function tell(
  { db, hub }: D,
  ids: string[],
  gone: Map<string | null, Map<string, number>>,
): Promise<void> {
  const rows = (await inboxRows(db, ids, hub.visitorOnline)).filter(({ state }) => waits(state))
  const lines = new Map<string | null, Line>()
  const lineOf = (queueId: string | null): Line => {
    const line = lines.get(queueId) ?? { rows: [], gone: new Map() }
    lines.set(queueId, line)
    return line
  }
  for (const row of rows) lineOf(row.state.queueId).rows.push(row)
  for (const [queueId, left] of gone) lineOf(queueId).gone = left
  // Taken only now, so that those for which the database was away are not forgotten.
  gone.clear()
  for (const [queueId, line] of lines) {
    const left = [...line.gone].map(([conversationId, version]) => ({ conversationId, version }))
    hub.toQueue(queueId, 'line', { rows: line.rows, gone: left })
  }
}
