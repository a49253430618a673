/** Who is here and who is not, written down and told. After a start all come at once: they share statements. */
import { notePresence } from '../agent/presence.service.ts'
import type { Bus } from '../bus.ts'
import { openConversationsOf } from '../conversation/conversation.service.ts'
import type { Database } from '../storage/database.ts'
import type { Tasks } from '../tasks.ts'
import { noteVisitors } from '../waiting/absence.store.ts'
import { noteHere } from '../waiting/callback.store.ts'
import { createGathering } from './gathering.ts'
import type { Hub } from './hub.ts'

type D = { db: Database; bus: Bus; hub: Hub; tasks: Tasks }

/** Each is told of a person or visitor with each coming and going of a socket. */
export type Presence = { person(id: string): void; visitor(id: string): void }

export function createPresence(d: D): Presence {
  return {
    person: createGathering(d, 'presence', async (ids) => {
      // Whoever was set available before, as after our restart, can take what waits.
      if (await notePresence(d.db, ids, d.hub.personOnline)) d.bus.emit('staffCame', {})
    }),
    visitor: createGathering(d, 'visitors', (ids) => tellVisitors(d, ids)),
  }
}

/** The agent sees whether the visitor's page is still there. */
async function tellVisitors({ db, hub }: D, visitorIds: string[]): Promise<void> {
  await noteVisitors(db, visitorIds, hub.visitorOnline)
  await noteHere(db, visitorIds, hub.visitorOnline)
  for (const { visitorId, conversationId } of await openConversationsOf(db, visitorIds))
    hub.toReaders(conversationId, 'presence', { conversationId, online: hub.visitorOnline(visitorId) })
}
