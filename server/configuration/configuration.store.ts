/** Rows of the configuration ↔ items of their kinds. */
import { type Selectable, sql } from 'kysely'
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

const parsed = new Map<ConfigurationKind, { print: string; items: readonly unknown[] }>()

/**
 * All of a kind, oldest first; not to be changed. Sites have a table of their own, since visitors hang on them. Rounds of routing and
 * every new conversation ask for them, and they seldom change: they are read again when their rows are others than those known here.
 */
export async function listConfiguration<K extends ConfigurationKind>(
  db: Database | Transaction,
  kind: K,
): Promise<ConfigurationItem<K>[]> {
  if (kind === 'site') return (await listSiteItems(db)) as ConfigurationItem<K>[]
  const print = await printOf(db, kind)
  const known = parsed.get(kind)
  if (known?.print === print) return [...known.items] as ConfigurationItem<K>[]
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

/** Other rows, another print: it covers all their columns, when they were written included. */
async function printOf(db: Database | Transaction, kind: ConfigurationKind): Promise<string> {
  const { rows } = await sql<{ print: string }>`
    select count(*) || ' ' || coalesce(sum(hashtextextended(c::text, 0)), 0) as print
    from configuration c where kind = ${kind}`.execute(db)
  return rows[0]?.print ?? ''
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
  const row = await db
    .selectFrom('configuration')
    .selectAll()
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? toItem(kind, row) : null
}

// Any constant: one change at a time, so that what a change refers to cannot go away under it.
const CONFIGURATION_LOCK = 727_303

/** Holds off other changes and reads what there is. */
export async function lockConfiguration(trx: Transaction): Promise<HeldAll> {
  await holdOff(trx)
  const items: AnyItem[] = []
  for (const kind of ConfigurationKind.options) {
    for (const { id, body } of await listConfiguration(trx, kind)) items.push({ kind, id, body } as AnyItem)
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
