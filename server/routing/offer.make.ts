/** Making offers: their rows, their events and the agents' cards, under the conversations' locks. */
import { sql } from 'kysely'
import { appendToEach, event, system } from '../conversation/conversation.log.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { onCommit, type Transaction } from '../storage/database.ts'
import { mediumOf } from './medium.policy.ts'
import { toOffer } from './offer.store.ts'

type D = Pick<Deps, 'bus' | 'newId'>
/** `offerMs`: how long the agent has to answer. */
export type Wanted = { locked: Locked; agentId: string; offerMs: number }

/** The conversation is `queued` before, `offered` after. */
export async function makeOffer(
  trx: Transaction,
  d: D,
  locked: Locked,
  { agentId, offerMs }: Omit<Wanted, 'locked'>,
): Promise<Locked> {
  const [after] = await makeOffers(trx, d, [{ locked, agentId, offerMs }])
  return after ?? locked
}

/** The same for several, with as many statements: while a round lasts, nobody else's begins. Answers them in the order given. */
export async function makeOffers(trx: Transaction, d: D, wanted: readonly Wanted[]): Promise<Locked[]> {
  if (wanted.length === 0) return []
  const names = await namesOf(trx, wanted)
  const offers = wanted.map(({ locked, agentId, offerMs }) => {
    const name = names.get(agentId)
    if (typeof name !== 'string') throw new Error('There is nobody of that id')
    const row = {
      id: d.newId(),
      conversation_id: locked.id,
      person_id: agentId,
      kind: mediumOf(locked.state),
    }
    return { locked, agentId, name, row, offerMs, deadline: locked.now + offerMs }
  })
  const rows = offers.map(({ locked, row, deadline }) => ({
    ...{ ...row, created_at: new Date(locked.now), deadline_at: new Date(deadline) },
  }))
  await trx.insertInto('offer').values(rows).execute()
  const each = offers.map(({ locked, agentId, name, row, deadline }) => {
    const body = event('offered', { offerId: row.id, agentId, name, deadline })
    return { locked, entries: [{ actor: system, body }] }
  })
  const after = await appendToEach(trx, d.bus, each)
  offers.forEach(({ locked, row, deadline, offerMs }, index) => {
    const { state } = after[index] ?? locked
    const card = toOffer({ ...row, deadline, offerMs, name: names.get(locked.visitorId) ?? null }, state)
    onCommit(trx, () => d.bus.emit('offered', { personId: row.person_id, offer: card }))
  })
  return after
}

/** Of the agents and the visitors, by their ids. */
async function namesOf(trx: Transaction, wanted: readonly Wanted[]): Promise<Map<string, string | null>> {
  const people = [...new Set(wanted.map(({ agentId }) => agentId))]
  const visitors = [...new Set(wanted.map(({ locked }) => locked.visitorId))]
  const { rows } = await sql<{ id: string; name: string | null }>`
    select id, name from person where id = any(${people}::uuid[])
    union all select id, name from visitor where id = any(${visitors}::uuid[])`.execute(trx)
  return new Map(rows.map(({ id, name }) => [id, name]))
}
