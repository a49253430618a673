import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import type { Database } from './database.ts'

const folder = path.resolve(import.meta.dirname, '../../migrations')

const provider: MigrationProvider = {
  async getMigrations() {
    const found: Record<string, Migration> = {}
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort()) {
      found[file.slice(0, -3)] = (await import(pathToFileURL(path.join(folder, file)).href)) as Migration
    }
    return found
  },
}

const migrator = (db: Database) => new Migrator({ db, provider })

/** Brings the schema up to date; several servers may start at once (Kysely locks). Throws what went wrong. */
export async function migrateUp(db: Database): Promise<string[]> {
  const { error, results } = await migrator(db).migrateToLatest()
  if (error) throw toError(error)
  return (results ?? []).map((result) => result.migrationName)
}

/** Takes back the last migration. */
export async function migrateDown(db: Database): Promise<void> {
  const { error } = await migrator(db).migrateDown()
  if (error) throw toError(error)
}

const toError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))
