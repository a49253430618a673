/**
 * A database as a server sees it that dies: after so many statements every connection is cut, and nothing is answered any more. `kill`
 * ends the process instead, with the next statement on its way.
 */
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database } from '../../storage/database.ts'
import type { DB } from '../../storage/database.generated.ts'

export function dyingDatabase(
  url: string,
  after: number,
  kill?: () => void,
): { db: Database; close(): Promise<void> } {
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
    client.query = ((...given: unknown[]) => {
      if (left-- > 0) return query(...given)
      if (!kill) return die()
      const sent = query(...given)
      kill()
      return sent
    }) as typeof client.query
  })
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  return { db, close: () => db.destroy().catch(() => undefined) }
}
