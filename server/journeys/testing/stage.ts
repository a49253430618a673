/** What every journey stands on: the whole product, its database, and ways to end its processes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from '@jest/globals'
import pg from 'pg'
import { type Stack, type StackProcess, startStack } from '../../../scripts/test-env.ts'
import { STARVED } from '../../../scripts/test-stages.ts'
import { messageOf } from '../../../scripts/runner/errors.ts'
import { databaseUrl } from '../../../scripts/runner/postgres.ts'
import { eventually } from '../../../scripts/runner/testing.ts'

export { eventually }

export type Stage = {
  readonly stack: Stack
  /** Asks the database; waits and asks again while it is down. */
  rows<T extends object>(query: string, values?: unknown[]): Promise<T[]>
  /** kill -9; returns the moment, ms since 1970. */
  kill(name: StackProcess): number
  /** kill -9 of the media worker that carries a call. */
  killWorker(): number
  /** Another process of that name than `pid` runs, and the product is ready. */
  back(name: StackProcess, pid: number): Promise<void>
  /** `npm start` once more on the same data and ports, after the runner has gone. */
  startAgain(): Promise<void>
  stop(): Promise<void>
}

export async function openStage(env: NodeJS.ProcessEnv = {}): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-journey-'))
  const at = env.PORT === undefined ? {} : { port: Number(env.PORT) }
  let stack = await startStack({ dataDir, env, ...at })
  const run = join(dataDir, 'run')
  const connectionString = databaseUrl(join(run, 'pg'))
  return {
    get stack() {
      return stack
    },
    async rows<T extends object>(query: string, values: unknown[] = []) {
      return eventually('an answer of the database', async () => {
        const client = new pg.Client({ connectionString })
        client.on('error', () => undefined)
        try {
          await client.connect()
          return (await client.query<T & pg.QueryResultRow>(query, values)).rows as T[]
        } catch (error) {
          if (isDown(error)) return undefined
          throw error
        } finally {
          await client.end().catch(() => undefined)
        }
      })
    },
    kill(name) {
      const pid = stack.pids()[name]
      if (!pid) throw new Error(`no ${name} runs`)
      process.kill(pid, 'SIGKILL')
      return Date.now()
    },
    killWorker() {
      const list = JSON.parse(readFileSync(join(run, 'workers.json'), 'utf8')) as {
        pid: number
        rooms: string[]
      }[]
      const worker = list.find(({ rooms }) => rooms.length > 0)
      if (!worker) throw new Error('no worker carries a call')
      process.kill(worker.pid, 'SIGKILL')
      return Date.now()
    },
    async back(name, pid) {
      await eventually(`another ${name}`, () => ![pid, undefined].includes(stack.pids()[name]), 30_000)
      await eventually('ready again', () => isReady(stack.port), 30_000)
    },
    async startAgain() {
      stack = await startStack({ dataDir, port: stack.port, env: { ...env, MEDIA_PORT: stack.mediaPort } })
    },
    async stop() {
      await stack.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** No connection, or PostgreSQL is starting or stopping. */
function isDown(error: unknown): boolean {
  const { code = '' } = error as { code?: string }
  return code.startsWith('E') || code.startsWith('57') || /terminated|ended|timeout/i.test(String(error))
}

const isReady = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  )

/**
 * Steps of one journey: after one has failed the next ones have nothing to stand on, and say so at once. One that only could not be
 * measured was done all the same.
 */
export function journey(): (name: string, task: () => Promise<void>, ms?: number) => void {
  let broken: string | null = null
  return (name, task, ms = 120_000) => {
    it(
      name,
      async () => {
        if (broken) throw new Error(`not reached: "${broken}" failed`)
        // Also where it never ends.
        broken = name
        try {
          await task()
          broken = null
        } catch (error) {
          if (messageOf(error).startsWith(STARVED)) broken = null
          throw error
        }
      },
      ms,
    )
  }
}
