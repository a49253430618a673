/** Applies the policy: whoever waits is offered to whoever is free. */
import { lockConversations } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { ringOf } from '../invitation/queue-consult.service.ts'
import { inTransaction, isUnavailable } from '../storage/database.ts'
import { callIn, whoseTurn } from '../waiting/turn.service.ts'
import { makeOffers } from './offer.make.ts'
import { decide } from './routing.policy.ts'
import { loadSnapshot, lockRouting, mayOffer } from './routing.store.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>

/**
 * One round: offers every contact that an agent is free for, and rings for those of queues that are consulted. Answers how many
 * offers were made. Throws when a contact could not be offered; all others were.
 */
export async function route(d: D): Promise<number> {
  // What happens after this look asks for a round of its own.
  if (!(await mayOffer(d.db))) return 0
  try {
    return await round(d)
  } catch (error) {
    if (isUnavailable(error)) throw error
    return await routeSingly(d)
  }
}

/** What fails takes the whole round with it, each time: then each contact goes by itself, and is left out once it has failed. */
async function routeSingly(d: D): Promise<number> {
  const leave = new Set<string>()
  const failures: unknown[] = []
  let offers = 0
  for (;;) {
    let chosen: string[] = []
    const choose = (ids: string[]) => {
      chosen = ids.slice(0, 1)
      return chosen
    }
    try {
      const made = await round(d, { leave, choose })
      offers += made
      if (made === 0) for (const id of chosen) leave.add(id)
    } catch (error) {
      if (chosen.length === 0 || isUnavailable(error)) throw error
      failures.push(error)
      for (const id of chosen) leave.add(id)
    }
    if (chosen.length === 0) break
  }
  if (failures.length > 0) throw new Error(`${failures.length} could not be offered`, { cause: failures[0] })
  return offers
}

/** `leave`: contacts that are passed over. `choose`: those of the contacts that were decided on which are gone through. */
type Part = { leave: ReadonlySet<string>; choose(ids: string[]): readonly string[] }
const WHOLE: Part = { leave: new Set(), choose: (ids) => ids }

async function round(d: D, { leave, choose }: Part = WHOLE): Promise<number> {
  return await inTransaction(d.db, async (trx) => {
    const now = await lockRouting(trx)
    const loaded = await loadSnapshot(trx, d.config, now)
    const stays = ({ id }: { id: string }) => !leave.has(id)
    const snapshot = {
      ...loaded,
      contacts: loaded.contacts.filter(stays),
      absent: loaded.absent.filter(stays),
    }
    const turns = whoseTurn(snapshot, now)
    const decided = decide(snapshot, now)
    const chosen = new Set(choose([...turns, ...decided.map(({ contactId }) => contactId)]))
    if (chosen.size === 0) return 0
    const absent = turns.filter((id) => chosen.has(id))
    const matches = decided.filter(({ contactId }) => chosen.has(contactId))
    const asked = new Map(snapshot.consults.map((one) => [one.id, one.conversationId]))
    const offered = matches.map(({ contactId }) => asked.get(contactId) ?? contactId)
    const locked = await lockConversations(trx, [...offered, ...absent])
    await callIn(trx, d, absent, locked)
    for (const { contactId: invitationId, agentId, offerMs } of matches) {
      const place = locked.get(asked.get(invitationId) ?? '')
      if (place) await ringOf(trx, d, place, { invitationId, agentId, offerMs })
    }
    const wanted = matches.flatMap(({ contactId, agentId, offerMs }) => {
      const one = locked.get(contactId)
      return one?.state.phase.name === 'queued' ? [{ locked: one, agentId, offerMs }] : []
    })
    return (await makeOffers(trx, d, wanted)).length
  })
}
