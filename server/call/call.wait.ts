/** Who is on hold while a running call has no agent, and how that ends. Pure: what is to be written into the log. */
import { type Entry, event, system } from '../conversation/conversation.log.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { accompanied, holdable } from './call.policy.ts'

/** Nobody is left on hold with a colleague there who could not take them off it, nor in a call without one. */
export const waitOn = (locked: Locked): Entry[] =>
  locked.state.call && accompanied(locked.state.call) ? release(locked, null) : holdAlone(locked)

/** By nobody in name: whoever gives it on will not be back. */
function holdAlone({ state: { call } }: Locked): Entry[] {
  const seats = call ? holdable(call, true).seats : []
  return call && seats.length > 0 ? [{ actor: system, body: event('held', { callId: call.id, seats }) }] : []
}

/** Everybody who is on hold hears and is heard again. `by` null: nobody in particular takes them off it. */
export function release({ state: { call } }: Locked, by: { personId: string; name: string } | null): Entry[] {
  const { seats, since } = call ? holdable(call, false) : { seats: [], since: 0 }
  if (!call || seats.length === 0) return []
  const body = event('resumed', { callId: call.id, seats, since })
  return [{ actor: by ? { kind: 'agent', id: by.personId, name: by.name } : system, body }]
}
