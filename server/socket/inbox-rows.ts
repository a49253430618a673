/** Rows of the desk's list, sent again to whose they are when something in a conversation changed. */
import type { InboxRow } from '../contract/events.ts'
import { inboxRows } from '../conversation/inbox.service.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import type { Database } from '../storage/database.ts'
import type { Tasks } from '../tasks.ts'
import { createGathering } from './gathering.ts'
import type { Hub } from './hub.ts'

type D = { db: Database; hub: Hub; tasks: Tasks }

export const waits = (state: ConversationState): boolean =>
  state.phase.name === 'queued' || state.phase.name === 'offered'

export const holder = (state: ConversationState): string | null =>
  state.phase.name === 'active' ? state.phase.agentId : null

/** Staff who sit in its running call beside its agent. */
export const seated = ({ call }: ConversationState): string[] =>
  Object.values(call?.seats ?? {}).flatMap(({ personId }) => (personId ? [personId] : []))

/** `tell(conversationId)`: whoever has the conversation in the list gets its row as it is then; `waiting` hears of one that waits. */
export function createInboxRows(
  d: D,
  waiting: (conversationId: string) => void,
): (conversationId: string) => void {
  return createGathering(d, 'inbox', async (ids) => {
    for (const row of await inboxRows(d.db, ids, d.hub.visitorOnline)) {
      if (waits(row.state)) waiting(row.conversationId)
      send(d.hub, row)
    }
  })
}

function send(hub: Hub, row: InboxRow): void {
  const agent = holder(row.state)
  for (const personId of new Set([...(agent ? [agent] : []), ...seated(row.state)]))
    hub.toPerson(personId, 'inbox', { row })
}
