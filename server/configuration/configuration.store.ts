/** Rows of the configuration ↔ items of their kinds. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import {
  type ConfigurationBody,
  configurationBodies,
  ConfigurationKind,
  type ConfigurationItem,
} from '../contract/configuration.ts'
import { deleteSite, listSiteItems, writeSiteItem } from '../site/site.store.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Configuration } from '../storage/database.generated.ts'
import type { AnyItem, Held, Reference } from './configuration.policy.ts'

const toItem = <K extends ConfigurationKind>(
  kind: K,
  row: Selectable<Configuration>,
): ConfigurationItem<K> => ({
  id: row.id,
  version: row.version,
  updatedAt: row.updated_at.getTime(),
  // Fields that came later than the row get what their schema says.
  body: configurationBodies[kind].parse(row.body) as ConfigurationBody<K>,
})

type Lists<K extends ConfigurationKind> = { [N in K]: ConfigurationItem<N>[] }

const parsed = new Map<ConfigurationKind, { print: string | null; items: readonly unknown[] }>()

/**
 * All of each kind, oldest first; not to be changed. Rounds of routing and every new conversation ask for them, and they seldom
 * change: one statement tells of all these kinds whether their rows are still those that are known here. Sites have a table of
 * their own, since visitors hang on them.
 */
export async function listConfigurations<K extends ConfigurationKind>(
  db: Database | Transaction,
  kinds: readonly K[],
): Promise<Lists<K>> {
  const prints = await printsOf(db, kinds)
  const lists: Partial<Record<ConfigurationKind, unknown>> = {}
  for (const kind of kinds) lists[kind] = await listAt(db, kind, prints.get(kind) ?? null)
  return lists as Lists<K>
}

export async function listConfiguration<K extends ConfigurationKind>(
  db: Database | Transaction,
  kind: K,
): Promise<ConfigurationItem<K>[]> {
  return (await listConfigurations(db, [kind]))[kind]
}

/** A kind that never had rows has no print. */
async function listAt(db: Database | Transaction, kind: ConfigurationKind, print: string | null) {
  if (kind === 'site') return await listSiteItems(db)
  const known = parsed.get(kind)
  if (known?.print === print) return [...known.items]
  const rows = await db
    .selectFrom('configuration')
    .selectAll()
    .where('kind', '=', kind)
    .orderBy('id')
    .execute()
  const items = rows.map((row) => frozen(toItem(kind, row)))
  parsed.set(kind, { print, items })
  return [...items]
}

/** Another print, other rows: a trigger sees to that. */
async function printsOf(
  db: Database | Transaction,
  kinds: readonly ConfigurationKind[],
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('configuration_print')
    .select(['kind', 'print'])
    .where('kind', '=', sql<string>`any(${kinds}::text[])`)
    .execute()
  return new Map(rows.map(({ kind, print }) => [kind, print]))
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

export async function findConfiguration<K extends ConfigurationKind>(
  db: Database | Transaction,
  kind: K,
  id: string,
): Promise<ConfigurationItem<K> | null> {
  if (kind === 'site') return ((await listSiteItems(db, id))[0] ?? null) as ConfigurationItem<K> | null
  return (await listConfiguration(db, kind)).find((item) => item.id === id) ?? null
}

// Any constant: one change at a time, so that what a change refers to cannot go away under it.
const CONFIGURATION_LOCK = 727_303

/** Holds off other changes and reads what there is. */
export async function lockConfiguration(trx: Transaction): Promise<HeldAll> {
  await holdOff(trx)
  const items: AnyItem[] = []
  const lists = await listConfigurations(trx, ConfigurationKind.options)
  for (const kind of ConfigurationKind.options) {
    for (const { id, body } of lists[kind]) items.push({ kind, id, body } as AnyItem)
  }
  const people = await trx.selectFrom('person').select('id').execute()
  return heldBy(items, new Set(people.map(({ id }) => id)))
}

/** Holds off changes of the configuration and of people, so that what one is checked against stays. */
export async function holdOff(trx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CONFIGURATION_LOCK})`.execute(trx)
}

export type HeldAll = Held & { items: AnyItem[]; people: ReadonlySet<string> }

export function heldBy(items: AnyItem[], people: ReadonlySet<string>): HeldAll {
  const keys = new Set(items.map(({ kind, id }) => `${kind} ${id}`))
  return {
    ...{ items, people },
    has: ({ kind, id }: Reference) => (kind === 'person' ? people.has(id) : keys.has(`${kind} ${id}`)),
    all: <K extends ConfigurationKind>(kind: K) =>
      items.filter((item): item is Extract<AnyItem, { kind: K }> => item.kind === kind),
  }
}

/** Writes the item as its next version. */
export async function writeConfiguration(trx: Transaction, item: AnyItem): Promise<void> {
  if (item.kind === 'site') return writeSiteItem(trx, item.id, item.body)
  const { kind, id, body } = item
  await trx
    .insertInto('configuration')
    .values({ kind, id, version: 1, body: JSON.stringify(body) })
    .onConflict((clash) =>
      clash.columns(['kind', 'id']).doUpdateSet({
        version: sql<number>`configuration.version + 1`,
        body: JSON.stringify(body),
        updated_at: sql<Date>`clock_timestamp()`,
      }),
    )
    .execute()
}

/** False when it is a site that visitors have come to. */
export async function deleteConfiguration(
  trx: Transaction,
  { kind, id }: Pick<AnyItem, 'kind' | 'id'>,
): Promise<boolean> {
  if (kind === 'site') return deleteSite(trx, id)
  await trx.deleteFrom('configuration').where('kind', '=', kind).where('id', '=', id).execute()
  return true
}

/** A query for the ids of these dispositions and all that stand under them: agents choose among the ends of the tree alone. */
export const branchesOf = (ids: readonly string[]): RawBuilder<unknown> =>
  sql`with recursive branch as (select unnest(${ids}::text[]) as id
      union select f.id::text from configuration f join branch b on f.body ->> 'parentId' = b.id
        where f.kind = 'disposition')
    select id from branch`
