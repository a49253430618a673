/** What a conversation was, in a line of a list: who answered, by which media, for how long. */
import { sql } from 'kysely'
import type { Database } from '../storage/database.ts'

const MEDIA = ['voice', 'video', 'screen'] as const

export type Summary = {
  /** Everybody who has answered in it. */
  agents: { id: string; name: string }[]
  media: (typeof MEDIA)[number][]
  /** Length of all its calls. */
  callMs: number
  recorded: boolean
}

/** What the log says happened. */
export const proof = {
  voice: sql`e.type = 'callConnected'`,
  video: sql`e.type = 'mediaRaised' and e.payload ->> 'source' = 'cam'`,
  screen: sql`e.type = 'mediaRaised' and e.payload ->> 'source' = 'screen'`,
}

/** Whether conversation `c` has an event `e` for which this holds. */
export const hasEvent = (condition: ReturnType<typeof sql>) =>
  sql<boolean>`exists (select 1 from conversation_event e where e.conversation_id = c.id and ${condition})`

/** By the conversation's id, for each of those that there are. */
export async function summaries(db: Database, ids: string[]): Promise<Map<string, Summary>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<Summary & { id: string }>`
    select c.id,
      coalesce((select jsonb_agg(distinct jsonb_build_object('id', e.payload ->> 'agentId', 'name', e.payload ->> 'name'))
        from conversation_event e where e.conversation_id = c.id and e.type = 'assigned'), '[]') as agents,
      array_remove(array[
        case when ${hasEvent(proof.voice)} then 'voice' end,
        case when ${hasEvent(proof.video)} then 'video' end,
        case when ${hasEvent(proof.screen)} then 'screen' end], null) as media,
      coalesce((select sum(extract(epoch from coalesce(k.ended_at, now()) - k.answered_at) * 1000)
        from call k where k.conversation_id = c.id and k.answered_at is not null), 0)::float8 as "callMs",
      exists (select 1 from segment s join call k on k.id = s.call_id where k.conversation_id = c.id) as recorded
    from conversation c where c.id = any(${ids}::uuid[])`.execute(db)
  return new Map(
    rows.map(({ id, agents, media, callMs, recorded }) => [
      id,
      { agents, media: MEDIA.filter((one) => media.includes(one)), callMs: Math.round(callMs), recorded },
    ]),
  )
}
