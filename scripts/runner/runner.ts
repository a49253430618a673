import { join } from 'node:path'
import { adoptChild, type ChildPlan, stopProcess } from './child.ts'
import { Keeper } from './keeper.ts'
import type { Paths } from './paths.ts'
import { type EmbeddedPostgres, postgresReady } from './postgres.ts'
import { livingRecord } from './record.ts'
import type { RunnerSettings } from './settings.ts'

/** A program and its first arguments. */
export type Command = [program: string, ...args: string[]]

export interface RunnerOptions {
  paths: Paths
  settings: RunnerSettings
  /** Where the children run. */
  root: string
  sfu: Command
  server: Command
  /** Absent when DATABASE_URL names another. */
  postgres: EmbeddedPostgres | undefined
  /** Runs once, when no server of an earlier runner is left. May throw to give up. */
  beforeServer: () => Promise<void>
  report: (text: string) => void
}

export interface Runner {
  /** The first that has ended `times` times or more since the start, if any. */
  failing(times: number): Pick<Keeper, 'name' | 'log'> | undefined
  /**
   * Stops everything in order: the media node finalises its recordings while the server still writes down what it says about
   * them, then the server, then the database. Safe to call twice.
   */
  stop(): Promise<void>
  /** Ends everything at once. The database recovers by its log at the next start. */
  force(): void
}

const SFU_STOP_MS = 15_000
const SERVER_STOP_MS = 10_000
const LEFT_OVER_STOP_MS = 5_000

/**
 * Starts database, media node and server, and keeps them running. What an unclean end left is taken over (database, media node:
 * people may be talking through it) or replaced (server).
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { postgres, paths, report } = options
  const keepers: Keeper[] = []
  const runner = runnerOf(keepers)
  try {
    if (postgres !== undefined) {
      const { plan, adopted, prepare } = postgres
      if (adopted !== undefined) report(`postgres still runs as process ${adopted.identity.pid}, taken over`)
      await add(keepers, new Keeper({ plan, adopted, prepare, report }))
      await postgresReady(paths, plan.log)
    }
    await add(keepers, await mediaNode(options))
    await add(keepers, await server(options))
  } catch (error) {
    await runner.stop()
    throw error
  }
  return runner
}

async function add(keepers: Keeper[], keeper: Keeper): Promise<void> {
  keepers.push(keeper)
  await keeper.start()
}

function runnerOf(keepers: Keeper[]): Runner {
  let stopped: Promise<void> | undefined
  const inOrder = async () => {
    for (const name of ['sfu', 'server', 'postgres']) {
      await keepers.find((keeper) => keeper.name === name)?.stop()
    }
  }
  return {
    failing: (times) => keepers.find((keeper) => keeper.ends >= times),
    stop: () => {
      stopped ??= inOrder()
      return stopped
    },
    force: () => {
      for (const keeper of keepers) keeper.kill(keeper.name === 'postgres' ? 'SIGQUIT' : 'SIGKILL')
    },
  }
}

async function mediaNode(options: RunnerOptions): Promise<Keeper> {
  const { settings, report } = options
  const plan = childPlan('sfu', options.sfu, options, SFU_STOP_MS, settings.mediaSettings)
  const adopted = adoptChild(plan)
  if (adopted === undefined) await replaceLeftOver(plan, report)
  else report(`sfu still runs as process ${adopted.identity.pid}, taken over with its calls`)
  return new Keeper({ plan, adopted, report })
}

async function server(options: RunnerOptions): Promise<Keeper> {
  const plan = childPlan('server', options.server, options, SERVER_STOP_MS)
  await replaceLeftOver(plan, options.report)
  await options.beforeServer()
  return new Keeper({ plan, report: options.report })
}

async function replaceLeftOver(plan: ChildPlan, report: (text: string) => void): Promise<void> {
  const left = livingRecord(plan.record)
  if (left === undefined) return
  report(`${plan.name} still runs as process ${left.pid}, replacing it`)
  await stopProcess(left, { ...plan, stopMs: LEFT_OVER_STOP_MS })
}

function childPlan(
  name: string,
  [command, ...args]: Command,
  { paths, settings, root }: RunnerOptions,
  stopMs: number,
  fingerprint?: string,
): ChildPlan {
  return {
    name,
    command,
    args,
    env: settings.env,
    cwd: root,
    log: join(paths.logs, `${name}.log`),
    record: join(paths.run, `${name}.json`),
    settings: fingerprint,
    stopSignal: 'SIGTERM',
    stopMs,
  }
}
