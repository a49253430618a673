import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import type { Database } from './database.ts'

const folder = path.resolve(import.meta.dirname, '../../migrations')

/** The names of all there are, in order. */
const names = async (): Promise<string[]> =>
  (await readdir(folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .sort()

const provider: MigrationProvider = {
  async getMigrations() {
    const found: Record<string, Migration> = {}
    for (const name of await names()) {
      found[name] = (await import(pathToFileURL(path.join(folder, `${name}.ts`)).href)) as Migration
    }
    return found
  },
}

const migrator = (db: Database) => new Migrator({ db, provider })

/** Brings the schema up to date; several servers may start at once (Kysely locks). Throws what went wrong. */
export async function migrateUp(db: Database): Promise<string[]> {
  // Each would be loaded only to learn that it is there already, at every start.
  if (isDeepStrictEqual(await names(), await applied(db))) return []
  const { error, results } = await migrator(db).migrateToLatest()
  if (error) throw toError(error)
  return (results ?? []).map((result) => result.migrationName)
}

/** Takes back the last migration. */
export async function migrateDown(db: Database): Promise<void> {
  const { error } = await migrator(db).migrateDown()
  if (error) throw toError(error)
}

/** The names of those that the schema has been through, in order. Null where it has been through none. */
async function applied(db: Database): Promise<string[] | null> {
  const table = sql.table(DEFAULT_MIGRATION_TABLE)
  const { rows: known } = await sql<{
    known: boolean
  }>`select to_regclass(${DEFAULT_MIGRATION_TABLE}) is not null as known`.execute(db)
  if (!known[0]?.known) return null
  const { rows } = await sql<{ name: string }>`select name from ${table}`.execute(db)
  return rows.map(({ name }) => name).sort()
}

const toError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))
