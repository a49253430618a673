/** What the day cost: processor time of the server and of PostgreSQL, and each statement that was asked. */
import { sql } from 'kysely'
import type { Database } from '../../server/storage/database.ts'
import { cpuMs, watchCpu } from '../lib/proc.ts'
import type { Table } from '../lib/report.ts'

/** Settings of a PostgreSQL that counts. Each statement costs it a little more then. */
export const COUNTING = ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.max=10000']

type Statement = { query: string; calls: number; ms: number; rows: number }

export type Cost = {
  serverMs: number
  databaseMs: number
  spanMs: number
  /** Most often asked first; empty where nobody counted. */
  statements: Statement[]
}

export type CostMeter = {
  /** Before a server is killed: what it has used is known no more afterwards. */
  leave(pid: number): void
  enter(pid: number): void
  take(): Promise<Cost>
}

/** From now on. `counts`: whether the database counts statements. */
export async function watchCost(
  db: Database,
  pids: { server: number; database: number },
  counts: boolean,
): Promise<CostMeter> {
  if (counts) {
    await sql`create extension if not exists pg_stat_statements`.execute(db)
    await sql`select pg_stat_statements_reset()`.execute(db)
  }
  const database = watchCpu(pids.database)
  const begun = performance.now()
  let server = { pid: pids.server, before: cpuMs(pids.server) }
  let serverMs = 0
  const leave = (pid: number) => {
    serverMs += cpuMs(pid) - server.before
  }
  return {
    leave,
    enter(pid) {
      server = { pid, before: 0 }
    },
    async take() {
      leave(server.pid)
      const cost = { serverMs, databaseMs: database(), spanMs: performance.now() - begun }
      return { ...cost, statements: counts ? await statementsOf(db) : [] }
    },
  }
}

async function statementsOf(db: Database): Promise<Statement[]> {
  const { rows } =
    await sql<Statement>`select query, calls::int8 as calls, total_exec_time as ms, rows::int8 as rows
    from pg_stat_statements where query not like '%pg_stat_statements%' order by calls desc`.execute(db)
  return rows
}

const SHOWN = 24
const LENGTH = 90

/** `acts`: how many messages, and how many conversations from their first word to their end, it was. */
export function costTables(cost: Cost, acts: { messages: number; conversations: number }): Table[] {
  const asked = cost.statements.reduce((sum, { calls }) => sum + calls, 0)
  const each = (figure: number, digits = 2) => [
    (figure / acts.messages).toFixed(digits),
    (figure / acts.conversations).toFixed(digits),
  ]
  const perSecond = (figure: number) => ((figure * 1_000) / cost.spanMs).toFixed(0)
  const table: Table = {
    title: 'What it cost',
    columns: ['', 'a second', 'a message', 'a conversation'],
    rows: [
      ['the server, ms of a core', perSecond(cost.serverMs), ...each(cost.serverMs)],
      ['PostgreSQL, ms of a core', perSecond(cost.databaseMs), ...each(cost.databaseMs)],
      ...(asked > 0 ? [['statements', perSecond(asked), ...each(asked, 1)]] : []),
    ],
  }
  if (asked === 0) return [table]
  const most = cost.statements
    .slice(0, SHOWN)
    .map(({ query, calls, ms }) => [
      query.replace(/\s+/g, ' ').replaceAll('"', '').slice(0, LENGTH),
      ...[String(calls), (calls / acts.conversations).toFixed(2), (ms / calls).toFixed(3), ms.toFixed(0)],
    ])
  const columns = ['', 'times', 'a conversation', 'ms each', 'ms in all']
  return [table, { title: 'Statements, most frequent first', columns, rows: most }]
}
