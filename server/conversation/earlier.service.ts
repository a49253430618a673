/** What was with this visitor before: for the agent who has them before them now. */
import { accessOf } from '../access/access.service.ts'
import { heardBy } from '../access/access.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { Earlier } from '../contract/desk.ts'
import type { Database } from '../storage/database.ts'
import { may } from '../permission/permission.ts'
import { type EarlierRow, earlierThan } from './earlier.store.ts'
import { hasBeforeThem, readableConversation } from './read.service.ts'
import { summaries, type Summary } from './summary.store.ts'

const PER_PAGE = 20

/**
 * The ended conversations before that one, newest first, at most 20; asked with the last of them, the page after. Each
 * is one that the caller may read. Throws `notFound` for a conversation that the caller may not read itself.
 */
export async function earlierConversations(
  db: Database,
  caller: StaffCaller,
  { conversationId }: { conversationId: string },
): Promise<{ items: Earlier[]; more: boolean }> {
  await readableConversation(db, caller, conversationId)
  const rows = await earlierThan(db, conversationId, {
    ...(await readable(db, caller, conversationId)),
    limit: PER_PAGE + 1,
  })
  const shown = rows.slice(0, PER_PAGE)
  const known = await summaries(
    db,
    shown.map((row) => row.id),
  )
  return { items: shown.map((row) => toEarlier(row, known.get(row.id))), more: rows.length > PER_PAGE }
}

/** All for whom the visitor is before; else what they may hear, or was theirs. */
async function readable(db: Database, caller: StaffCaller, conversationId: string) {
  const { personId } = caller
  if (await hasBeforeThem(db, caller, conversationId)) return { lastAgent: null, heard: null }
  if (!may(caller.role, 'seeAll')) return { lastAgent: personId, heard: null }
  const heard = heardBy(await accessOf(db, caller), { personId, level: 'yes' }, 'e')
  return { lastAgent: null, heard }
}

function toEarlier({ id, startedAt, endedAt, state }: EarlierRow, summary: Summary | undefined): Earlier {
  return {
    ...{ conversationId: id, startedAt, endedAt },
    endedBy: state.phase.name === 'ended' ? state.phase.by : 'system',
    agents: (summary?.agents ?? []).map((agent) => agent.name),
    media: summary?.media ?? [],
    messages: state.messages,
    lastText: state.lastText,
  }
}
