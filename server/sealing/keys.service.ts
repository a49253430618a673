/** Changing master keys while everything goes on: what is sealed keeps its own keys, only what wraps those is made anew. */
import { v7 as newId } from 'uuid'
import { atTheMachine, writeDeed } from '../audit/audit.store.ts'
import type { Logger } from '../logger.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import * as store from './key.store.ts'
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

type D = { db: Database; config: KeyConfig }

/** A master key, and how much it wraps. `missing`: something needs it, and it is not there. */
export type KeyUse = store.WrappedCount & { id: string; active: boolean; missing: boolean }

const nothing: store.WrappedCount = { recordings: 0, files: 0 }

export async function listKeys(d: D): Promise<KeyUse[]> {
  const [{ active, keys }, used] = [await masterKeys(d.config), await store.countByKey(d.db)]
  return [...new Set([...keys.keys(), ...used.keys()])].map((id) => ({
    ...{ ...(used.get(id) ?? nothing), id, active: id === active, missing: !keys.has(id) },
  }))
}

/** At a start: says which master keys are missed, and by how much. Throws when the keys cannot be read. */
export async function missKeys(d: D & { log: Logger }): Promise<void> {
  for (const { id: key, missing, recordings, files } of await listKeys(d))
    if (missing)
      d.log.error({ key, recordings, files }, 'what is sealed cannot be opened: its master key is missing')
}

/** As many keys are wrapped in one transaction, with one entry in the audit log. */
const AT_ONCE = 2_000

/**
 * Makes a new master key and wraps every key with it; where an earlier run was cut off, that one is brought to its end.
 * Keys that a setting gives are its operator's to make: then all are wrapped by the first of them.
 * Throws when a key that is needed is not there; nothing is lost by that.
 */
export async function rotateKeys(d: D): Promise<store.WrappedCount & { active: string; made: boolean }> {
  const made = await makeKey(d)
  const keys = await masterKeys(d.config)
  const done = { ...nothing }
  for (const kind of store.wrappedKinds) {
    for (;;) {
      const some = await inTransaction(d.db, (trx) => rewrapSome(trx, kind, keys))
      done[kind] += some
      if (some === 0) break
    }
  }
  return { active: keys.active, made, ...done }
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

async function rewrapSome(trx: Transaction, kind: store.WrappedKind, keys: MasterKeys): Promise<number> {
  const some = await store.wrappedByOthers(trx, kind, keys.active, AT_ONCE)
  for (const { id, owner, ...wrapped } of some)
    await store.rewrap(trx, kind, id, wrapKey(keys, owner, unwrapKey(keys, owner, wrapped)))
  if (some.length > 0) await note(trx, 'renewed', { key: keys.active, [kind]: some.length })
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
    if (id === active) throw new Error(`${id} wraps what is stored from now on: rotate first`)
    const { recordings, files } = (await store.countByKey(trx)).get(id) ?? nothing
    if (recordings + files > 0)
      throw new Error(`${id} still wraps ${recordings} recordings and ${files} files: rotate first`)
    await note(trx, 'removed', { key: id })
    await saveKeys(file, { active, keys: new Map([...keys].filter(([one]) => one !== id)) })
  })
}
