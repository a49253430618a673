/** A database as a server sees it that dies: after so many statements every connection is cut, and nothing is answered any more. */
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database } from '../../storage/database.ts'
import type { DB } from '../../storage/database.generated.ts'

export function dyingDatabase(url: string, after: number): { db: Database; close(): Promise<void> } {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  const clients = new Set<pg.PoolClient>()
  let left = after
  const die = () => {
    for (const client of clients)
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    return Promise.reject(new Error('died'))
  }
  pool.on('error', () => undefined)
  pool.on('connect', (client) => {
    clients.add(client)
    client.on('error', () => undefined)
    const query = client.query.bind(client) as (...given: unknown[]) => unknown
    client.query = ((...given: unknown[]) => (left-- > 0 ? query(...given) : die())) as typeof client.query
  })
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  return { db, close: () => db.destroy().catch(() => undefined) }
}
