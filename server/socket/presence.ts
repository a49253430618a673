/** Who is here and who is not, written down and told. After a start all come at once: they share statements. */
import { notePresence } from '../agent/presence.service.ts'
import type { Bus } from '../bus.ts'
import { openConversationsOf } from '../conversation/conversation.service.ts'
import type { Database } from '../storage/database.ts'
import type { Tasks } from '../tasks.ts'
import { takenForGone } from '../fleet/fleet.store.ts'
import { noteVisitors } from '../waiting/absence.store.ts'
import { noteCallbacksHere } from '../waiting/callback.store.ts'
import { createGathering } from './gathering.ts'
import type { Hub } from './hub.ts'

/** `serverId`: ours, of those that run over the database. */
type D = { db: Database; bus: Bus; hub: Hub; tasks: Tasks; serverId: string }

export type Presence = {
  /** With each coming and going of a socket of theirs. */
  person(id: string): void
  visitor(id: string): void
  /** Whoever is connected here and taken for gone, since another server that they left said so or we were thought dead, is here. */
  setRight(): Promise<void>
}

export function createPresence(d: D): Presence {
  const person = createGathering(d, 'presence', async (ids) => {
    // Whoever was set available before, as after our restart, can take what waits.
    if (await notePresence(d.db, d.serverId, ids, d.hub.personHere)) d.bus.emit('staffCame', {})
  })
  const visitor = createGathering(d, 'visitors', (ids) => tellVisitors(d, ids))
  return {
    person,
    visitor,
    async setRight() {
      const { people, visitors } = d.hub.everybody()
      for (const id of await takenForGone(d.db, 'person', people)) person(id)
      for (const id of await takenForGone(d.db, 'visitor', visitors)) visitor(id)
    },
  }
}

/** The agent sees whether the visitor's page is still there. */
async function tellVisitors({ db, hub, serverId }: D, visitorIds: string[]): Promise<void> {
  await noteVisitors(db, serverId, visitorIds, hub.visitorHere)
  await noteCallbacksHere(db, visitorIds)
  for (const { visitorId, conversationId } of await openConversationsOf(db, visitorIds))
    hub.toReaders(conversationId, 'presence', { conversationId, online: hub.visitorOnline(visitorId) })
}
