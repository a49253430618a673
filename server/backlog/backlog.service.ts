import type { Bus } from '../bus.ts'
import { type Backlog, type BacklogKind, backlogKinds, type RetriedKind } from '../contract/backlog.ts'
import type { Database } from '../storage/database.ts'
import { listLost } from '../recording/lost.store.ts'
import { countWaiting, reopenTranscripts } from './backlog.store.ts'
import { type FaultKind, lastFaults } from './fault.store.ts'

/** Whose words tell why; the media node keeps its own in its log. */
const faultsOf: Readonly<Record<BacklogKind, FaultKind | null>> = {
  ...{ finalising: null, sealing: 'sealing', files: 'files', shipping: 'shipping' },
  ...{ missing: 'missing', transcribing: 'transcribing', untranscribed: 'transcribing' },
}

/** More are only counted. */
const MOST_LOST = 50

/** `s3`: whether recordings are to go there at all. */
export async function readBacklog(db: Database, { s3 }: { s3: boolean }): Promise<Backlog> {
  const faults = await lastFaults(db)
  const items: Backlog['items'] = []
  for (const kind of backlogKinds) {
    const ofS3 = kind === 'shipping' || kind === 'missing'
    const found = ofS3 && !s3 ? null : await countWaiting(db, kind)
    if (!found) continue
    const last = faults.get(faultsOf[kind] ?? '')
    // One that was given up failed before that.
    const since = kind === 'untranscribed' || (last && last.at >= found.since)
    items.push({ kind, ...found, fault: last && since ? last : null })
  }
  return { items, lost: await lostOf(db) }
}

async function lostOf(db: Database): Promise<Backlog['lost']> {
  const { count, newest } = await listLost(db, MOST_LOST)
  return {
    count,
    newest: newest.map(({ endedAt, foundAt, ...one }) => ({
      ...one,
      endedAt: endedAt.getTime(),
      foundAt: foundAt.getTime(),
    })),
  }
}

/** Now instead of later, on every server. Harmless where nothing waits. */
export async function retry(d: { db: Database; bus: Bus }, kind: RetriedKind): Promise<void> {
  if (kind === 'untranscribed') await reopenTranscripts(d.db, 'failed')
  else if (kind === 'transcribing') await reopenTranscripts(d.db, 'open')
  else d.bus.emit('backlogRetried', { kind })
}
