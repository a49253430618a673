import { sweepAttachments } from '../attachment/attachment.service.ts'
import { deleteExpired } from '../auth/session.store.ts'
import { deleteLinks } from '../agent/person.store.ts'
import { sweepSubscriptions } from '../push/push.store.ts'
import type { KeyConfig } from '../sealing/master-keys.ts'
import type { Database } from '../storage/database.ts'

/** How long the rows of what is over stay, so that a late use of a secret is still recognised as one. */
const KEPT_MS = 7 * 86_400_000

/** Removes what nobody can use any more: old sessions and links, uploads never sent. To be called now and then. */
export async function sweepHttp(db: Database, deps: { config: KeyConfig; now: () => Date }): Promise<void> {
  const before = new Date(deps.now().getTime() - KEPT_MS)
  await deleteExpired(db, 'visitor', before)
  await deleteExpired(db, 'person', before)
  await sweepSubscriptions(db)
  await deleteLinks(db, before)
  await sweepAttachments(db, deps)
}
