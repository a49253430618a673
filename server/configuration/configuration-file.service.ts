/** The whole configuration as a file: out of one installation, into another. */
import { isDeepStrictEqual } from 'node:util'
import { v7 as newId } from 'uuid'
import { addInside } from '../agent/person.service.ts'
import { normalLogin } from '../agent/person.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import {
  configurationBodies,
  type ConfigurationFile,
  type ConfigurationKind,
  type ImportReport,
} from '../contract/configuration.ts'
import { Role } from '../contract/desk.ts'
import type { PersonBody } from '../contract/http.ts'
import type { Deps } from '../deps.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { type AnyItem, faultOf } from './configuration.policy.ts'
import { itemOf, write } from './configuration.service.ts'
import { type HeldAll, heldBy, listConfiguration, lockConfiguration } from './configuration.store.ts'

type D = Pick<Deps, 'db' | 'bus'>

/** Everything, in an order in which nothing comes before what it refers to. */
export async function exportConfiguration({ db }: Pick<D, 'db'>): Promise<ConfigurationFile> {
  const everybody = await db
    .selectFrom('person')
    .select(['id', 'login', 'name', 'role', 'disabled', 'demo'])
    .orderBy('id')
    .execute()
  const people = everybody.map(({ id, login, name, role, disabled, demo }) => ({
    ...{ id, login },
    ...(demo ? {} : { name, role: Role.parse(role), disabled }),
  }))
  const kinds = Object.keys(configurationBodies) as ConfigurationKind[]
  const lists = await Promise.all(
    kinds.map(async (kind) =>
      (await listConfiguration(db, kind)).map(({ id, body }) => ({ kind, id, body })),
    ),
  )
  return { format: 1, exportedAt: Date.now(), people, items: lists.flat() }
}

/**
 * Brings a file in: all of it or, when anything is wrong with it or `apply` is false, nothing. People who are here already stay as
 * they are; others come without a way in, which a link gives them.
 */
export async function importConfiguration(
  d: D,
  caller: StaffCaller,
  { apply, file }: { apply: boolean; file: ConfigurationFile },
): Promise<ImportReport> {
  return await inTransaction(d.db, async (trx) => {
    const held = await lockConfiguration(trx)
    const { here, arrivals } = await peopleOf(trx, file)
    const unknown = new Set(file.people.filter(({ id }) => !here.has(id)).map(({ id }) => id))
    const left = ({ kind, id }: Pick<AnyItem, 'kind' | 'id'>) => kind === 'profile' && unknown.has(id)
    const read = readItems(
      file.items.filter((item) => !left(item)),
      here,
    )
    const people = new Set([...held.people, ...arrivals.map(({ id }) => id)])
    const fit = fitting(held, read.items, people)
    const faults = [...read.faults, ...fit.faults]
    if (apply && faults.length === 0) {
      for (const arrival of arrivals) await addInside(trx, caller, arrival, 'imported')
      await write(trx, d, caller, fit.changes, 'imported')
    }
    const created = arrivals.length + fit.changes.filter(({ before }) => before === null).length
    return {
      ...{ created, changed: arrivals.length + fit.changes.length - created, faults },
      same: read.items.length - fit.changes.length,
      leftOut: file.items.filter(left).length,
      changes: [
        ...arrivals.map(({ id, ...body }) => ({ kind: 'person' as const, id, before: null, after: body })),
        ...fit.changes.map(({ item: { kind, id, body }, before }) => ({ kind, id, before, after: body })),
      ],
    }
  })
}

/** The items as they are called here, and what is wrong with those that are none. */
function readItems(given: ConfigurationFile['items'], here: ReadonlyMap<string, string>) {
  const items: AnyItem[] = []
  const faults: ImportReport['faults'] = []
  for (const { kind, id, body } of given) {
    const item = itemOf(kind, kind === 'profile' ? (here.get(id) ?? id) : id, body)
    if ('message' in item) faults.push({ kind, id, ...item })
    else items.push(item)
  }
  return { items, faults }
}

/** What the items change beside what there is, and what keeps them from standing there. */
function fitting(held: HeldAll, items: AnyItem[], people: ReadonlySet<string>) {
  const key = ({ kind, id }: Pick<AnyItem, 'kind' | 'id'>) => `${kind} ${id}`
  const before = new Map(held.items.map((item) => [key(item), item]))
  const all = new Map([...held.items, ...items].map((item) => [key(item), item]))
  const after = heldBy([...all.values()], people)
  const faults: ImportReport['faults'] = []
  for (const item of items) {
    const fault = faultOf(item, after)
    if (fault !== null) faults.push({ kind: item.kind, id: item.id, ...fault })
  }
  const news = items.filter((item) => !isDeepStrictEqual(before.get(key(item))?.body, item.body))
  return { faults, changes: news.map((item) => ({ item, before: before.get(key(item))?.body ?? null })) }
}

type Arrival = PersonBody & { id: string }

/** The file's people by their ids there → the same people here, found by login; and who is to be added. */
async function peopleOf(
  trx: Transaction,
  { people }: ConfigurationFile,
): Promise<{ here: Map<string, string>; arrivals: Arrival[] }> {
  const rows = await trx.selectFrom('person').select(['id', 'login']).execute()
  const byLogin = new Map(rows.map(({ id, login }) => [login, id]))
  const taken = new Set(rows.map(({ id }) => id))
  const here = new Map<string, string>()
  const arrivals: Arrival[] = []
  for (const { id: there, login: given, name, role, disabled = false } of people) {
    const login = normalLogin(given)
    if (!byLogin.has(login) && name !== undefined && role !== undefined) {
      const id = taken.has(there) ? newId() : there
      arrivals.push({ id, login, name, role, disabled })
      byLogin.set(login, id)
      taken.add(id)
    }
    const id = byLogin.get(login)
    if (id !== undefined) here.set(there, id)
  }
  return { here, arrivals }
}
