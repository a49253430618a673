/** A PostgreSQL and a server of the bench's own, as `npm start` runs them, without a media node. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Keeper } from '../../scripts/runner/keeper.ts'
import { type Paths, preparePaths } from '../../scripts/runner/paths.ts'
import { embeddedPostgres, postgresReady } from '../../scripts/runner/postgres.ts'
import { ensureSecrets } from '../../scripts/runner/secrets.ts'
import { postgresBinaries } from '../../scripts/setup/postgres-binaries.ts'
import { programBuild, programOf } from '../../scripts/setup/program.ts'
import { POSTGRES_NATIVE, ROOT } from '../../scripts/setup/project.ts'
import { createConsole, runSteps } from '../../scripts/setup/step.ts'
import { freePort } from '../../scripts/test-env.ts'

const READY_MS = 60_000

export type BenchDatabase = { url: string; pid: number; paths: Paths; stop(): Promise<void> }

/**
 * A cluster in a temporary folder, with the settings of the product (every commit on disk) and those given. `kept`: in this
 * folder instead, which stays when it stops.
 */
export async function startDatabase(
  settings: readonly string[] = [],
  kept: string | null = null,
): Promise<BenchDatabase> {
  await postgresBinaries().run(() => undefined)
  const paths = preparePaths(kept ?? mkdtempSync(join(tmpdir(), 'parley-bench-')))
  const { plan, adopted, prepare, url } = await embeddedPostgres(POSTGRES_NATIVE, paths, process.env)
  const args = [...plan.args, ...settings.flatMap((one) => ['-c', one])]
  const keeper = new Keeper({ plan: { ...plan, args }, adopted, prepare, report: () => undefined })
  await keeper.start()
  await postgresReady(paths, plan.log)
  return {
    url,
    paths,
    pid: keeper.process?.pid ?? 0,
    async stop() {
      await keeper.stop()
      if (kept === null) rmSync(paths.dataDir, { recursive: true, force: true })
    },
  }
}

export type BenchServer = NodeProcess & { url: string }

/** The server's process over that database. `flags`: Node's; `more`: settings beside the usual ones. */
export async function startServer(
  database: BenchDatabase,
  flags: string[] = [],
  more: NodeJS.ProcessEnv = {},
): Promise<BenchServer> {
  const { paths, url } = database
  ensureSecrets(paths.secrets)
  const port = Number(more['PORT'] ?? (await freePort()))
  const env = {
    ...process.env,
    ...{ NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), DEMO: '1', LOG_LEVEL: 'warn' },
    ...{ DATA_DIR: paths.dataDir, DATABASE_URL: url, SECRETS_FILE: paths.secrets },
    SFU_SOCKET: join(paths.run, 'no-media-node.sock'),
    ...more,
  }
  await runSteps([programBuild()], createConsole(process.stdout))
  const child = startNode([...flags, programOf('server')], env)
  const address = `http://127.0.0.1:${port}`
  await untilAnswers(`${address}/healthz`, child)
  return { url: address, ...child }
}

export type NodeProcess = { pid: number; stderr(): string; stop(): Promise<void>; process: ChildProcess }

/** A Node of its own; what it says on its error output is kept. `stop` waits for its end. */
export function startNode(args: string[], env: NodeJS.ProcessEnv = process.env): NodeProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr?.on('data', (data: Buffer) => {
    said = (said + data.toString('utf8')).slice(-100_000)
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    pid: child.pid ?? 0,
    process: child,
    stderr: () => said,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}

async function untilAnswers(url: string, child: NodeProcess): Promise<void> {
  const deadline = performance.now() + READY_MS
  for (;;) {
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return
    if (child.process.exitCode !== null || performance.now() > deadline) {
      throw new Error(`The server did not start: ${child.stderr()}`)
    }
    await delay(50)
  }
}
