/** Changing master keys while everything goes on: recordings keep their own keys, only what wraps those is made anew. */
import { v7 as newId } from 'uuid'
import { atTheMachine, writeDeed } from '../audit/audit.store.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import {
  type KeyConfig,
  keyFileOf,
  type MasterKeys,
  masterKeys,
  saveKeys,
  unwrapKey,
  withNewKey,
  wrapKey,
} from './master-keys.ts'
import * as store from './stored.store.ts'

type D = { db: Database; config: KeyConfig }

/** A master key, and how many recordings it wraps. `missing`: recordings need it, and it is not there. */
export type KeyUse = { id: string; recordings: number; active: boolean; missing: boolean }

export async function listKeys(d: D): Promise<KeyUse[]> {
  const [{ active, keys }, used] = [await masterKeys(d.config), await store.countByKey(d.db)]
  return [...new Set([...keys.keys(), ...used.keys()])].map((id) => ({
    ...{ id, recordings: used.get(id) ?? 0, active: id === active, missing: !keys.has(id) },
  }))
}

/** As many keys are wrapped in one transaction, with one entry in the audit log. */
const AT_ONCE = 2_000

/**
 * Makes a new master key and wraps every recording's key with it; where an earlier run was cut off, that one is brought to its end.
 * Keys that a setting gives are its operator's to make: then all are wrapped by the first of them.
 * Throws when a key that is needed is not there; nothing is lost by that.
 */
export async function rotateKeys(d: D): Promise<{ active: string; made: boolean; recordings: number }> {
  const made = await makeKey(d)
  const keys = await masterKeys(d.config)
  let recordings = 0
  for (;;) {
    const done = await inTransaction(d.db, (trx) => rewrapSome(trx, keys))
    recordings += done
    if (done === 0) break
  }
  return { active: keys.active, made, recordings }
}

async function makeKey(d: D): Promise<boolean> {
  const file = keyFileOf(d.config)
  if (file === null) return false
  return inTransaction(d.db, async (trx) => {
    await store.lockKeys(trx)
    const keys = await masterKeys(d.config)
    const others = [...(await store.countByKey(trx)).keys()].some((id) => id !== keys.active)
    if (others) return false
    const renewed = withNewKey(keys)
    await note(trx, 'created', { key: renewed.active })
    await saveKeys(file, renewed)
    return true
  })
}

async function rewrapSome(trx: Transaction, keys: MasterKeys): Promise<number> {
  const some = await store.wrappedByOthers(trx, keys.active, AT_ONCE)
  for (const one of some) await store.rewrap(trx, one.callId, wrapKey(keys, one, unwrapKey(keys, one, one)))
  if (some.length > 0) await note(trx, 'renewed', { key: keys.active, recordings: some.length })
  return some.length
}

/** Facts hold the names of keys alone. */
async function note(
  trx: Transaction,
  action: 'created' | 'renewed' | 'removed',
  facts: Record<string, unknown>,
): Promise<void> {
  await writeDeed(trx, atTheMachine, { action, kind: 'masterKey', subjectId: newId(), facts })
}

/** Forgets a master key for good. Throws what hinders it: it is in use, or not ours to forget. */
export async function dropKey(d: D, id: string): Promise<void> {
  const file = keyFileOf(d.config)
  if (file === null) throw new Error('The keys are given by RECORDING_KEYS: take it out there')
  await inTransaction(d.db, async (trx) => {
    await store.lockKeys(trx)
    const { active, keys } = await masterKeys(d.config)
    if (!keys.has(id)) throw new Error(`There is no master key ${id}`)
    if (id === active) throw new Error(`${id} wraps what is recorded from now on: rotate first`)
    const left = (await store.countByKey(trx)).get(id) ?? 0
    if (left > 0) throw new Error(`${id} still wraps ${left} recordings: rotate first`)
    await note(trx, 'removed', { key: id })
    await saveKeys(file, { active, keys: new Map([...keys].filter(([one]) => one !== id)) })
  })
}
