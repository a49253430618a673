/** A visitor who closes the page while they wait, and does not come back: nobody waits any more, and nothing said is lost. */
import { endCallInside } from '../call/call.end.ts'
import { append, event, system } from '../conversation/conversation.log.ts'
import { type Locked, lockConversation } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { vanished } from './absence.store.ts'
import { saidSomething } from './said.store.ts'
import { eachByItself } from '../storage/each.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config'>

/** After the grace what they said is an open task, behind those who wait; where they said nothing it is over. */
export async function expireAbsences(d: D): Promise<void> {
  await eachByItself(await vanished(d.db, d.config.visitorGoneMs), async (id) => {
    await inTransaction(d.db, async (trx) => {
      const locked = await lockConversation(trx, id)
      // Come back, or another's by now; a call that runs is missed by its seats.
      const { phase, task, call } = locked.state
      if (phase.name !== 'queued' || task !== null || call?.phase === 'connected') return
      if (await isHere(trx, locked)) return
      const lost = { reason: 'connectionLost', by: 'system' } as const
      const free = await endCallInside(trx, d, locked, lost)
      const body = (await saidSomething(trx, id))
        ? event('deferred', { why: 'gone', opensAt: null })
        : event('ended', { by: 'system', reason: 'abandoned' })
      await append(trx, d.bus, free, [{ actor: system, body }])
    })
  })
}

async function isHere(trx: Transaction, { visitorId }: Locked): Promise<boolean> {
  const query = trx.selectFrom('visitor').select('gone_since').where('id', '=', visitorId)
  return (await query.executeTakeFirst())?.gone_since === null
}
