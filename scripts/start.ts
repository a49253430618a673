/** `npm start`: sets up what is missing and runs Parley until told to stop. The runner's only file that touches the process. */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CommandError, runCommand } from '../sfu/worker-build/command.ts'
import { messageOf } from './runner/errors.ts'
import { acquireLock, type Lock, LockHeldError } from './runner/lock.ts'
import { boundLogs } from './runner/logs.ts'
import { type Paths, preparePaths } from './runner/paths.ts'
import { embeddedPostgres } from './runner/postgres.ts'
import { checkPortFree, type DemoLink, freshLinks, tailOf, waitUntilReady } from './runner/ready.ts'
import { type Runner, startRunner } from './runner/runner.ts'
import { ensureSecrets } from './runner/secrets.ts'
import { linksFile, type RunnerSettings, runnerSettings } from './runner/settings.ts'
import { clientBuild } from './setup/client.ts'
import { ensureMediaWorker } from './setup/media-worker.ts'
import { postgresBinaries } from './setup/postgres-binaries.ts'
import { type Part, programBuild, programOf } from './setup/program.ts'
import { POSTGRES_NATIVE, ROOT } from './setup/project.ts'
import { createConsole, runSteps } from './setup/step.ts'

const READY_MS = 120_000
/** A child that ends so often before all is ready will not get better. */
const GIVE_UP_ENDS = 4
const LINKS_MS = 3_000
/** One Ctrl-C reaches us several times: from the terminal, from npm and from the bootstrap, on a busy machine not at once. */
const SAME_SIGNAL_MS = 2_000
const console = createConsole(process.stdout)
const startedAt = Date.now()
let ready = false

async function main(): Promise<void> {
  // Our terminal may go before us: what cannot be printed any more must not end calls.
  process.stdout.on('error', () => {})
  const stopping = listenForSignals()
  const paths = preparePaths(process.env.DATA_DIR || './data')
  const lock = takeLock(paths)
  process.on('exit', () => lock.release())
  await run(paths, stopping)
}

async function run(paths: Paths, stopping: Stopping): Promise<void> {
  const report = reporter(paths)
  boundLogs(paths.logs, report)
  const ownDatabase = !process.env.DATABASE_URL
  await runSteps([programBuild()], console)
  ensureSecrets(paths.secrets)
  const postgres = ownDatabase ? await embeddedPostgres(POSTGRES_NATIVE, paths, process.env) : undefined
  const databaseUrl = postgres?.url ?? process.env.DATABASE_URL ?? ''
  const settingsWith = (workerBin: string) => runnerSettings(process.env, paths, { databaseUrl, workerBin })
  // Before what takes minutes.
  const media = await checkSettings(settingsWith(process.env.MEDIASOUP_WORKER_BIN ?? ''))
  await runSteps([...(ownDatabase ? [postgresBinaries()] : []), clientBuild()], console)
  const settings = settingsWith(await ensureMediaWorker(process.env, console))
  stopping.nowInOrder()
  const runner = await startRunner({
    paths,
    settings,
    root: ROOT,
    postgres,
    sfu: [process.execPath, programOf('sfu')],
    server: [process.execPath, programOf('server')],
    beforeServer: () => checkPortFree(settings.host, settings.port),
    report,
  })
  stopping.onSecond(() => runner.force())
  await serve(runner, { paths, settings, media, stopping })
}

/** `media`: where browsers are told to send calls, in words. */
type Serving = { paths: Paths; settings: RunnerSettings; media: string; stopping: Stopping }

async function serve(runner: Runner, { paths, settings, media, stopping }: Serving): Promise<void> {
  try {
    await waitUntilReady(`${settings.localUrl}/readyz`, {
      deadlineMs: READY_MS,
      onWait: (seconds, lacking) => {
        console.progress(`waiting for: ${lacking.join(', ')}, ${seconds} s`)
        const failing = runner.failing(GIVE_UP_ENDS)
        if (failing !== undefined)
          throw new Error(`${failing.name} ends again and again.${lastLines(failing.log)}`)
      },
      // What it waits for is in its log.
      explain: (lacking) => (lacking.includes('media') ? `.${lastLines(join(paths.logs, 'sfu.log'))}` : ''),
      signal: stopping.signal,
    })
    announce({ paths, settings, media }, await demoLinks(paths, settings))
    ready = true
    await stopping.asked
  } catch (error) {
    if (!stopping.signal.aborted) throw error
  } finally {
    ready = true
    console.line('Stopping …')
    await runner.stop()
    stopping.nowStopped()
    console.line('Stopped.')
  }
}

function lastLines(log: string): string {
  return `\nThe last lines of ${log}:\n${tailOf(log)}`
}

/** Server and media node read the settings, and a worker that is named answers or not; every fault is named at once. Answers what the node says of its address. */
async function checkSettings({ env }: RunnerSettings): Promise<string> {
  const faults: string[] = []
  const check = (asked: Promise<string>): Promise<string> =>
    asked.catch((error: unknown) => {
      faults.push(error instanceof CommandError ? error.output : messageOf(error))
      return ''
    })
  const ask = (part: Part) =>
    check(runCommand(process.execPath, [programOf(part), '--check-config'], { env, cwd: ROOT }))
  const named = process.env.MEDIASOUP_WORKER_BIN ? [check(ensureMediaWorker(process.env, console))] : []
  const [media] = await Promise.all([ask('sfu'), ask('server'), ...named])
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return media.trim()
}

/** The demo people's links, which the server writes as soon as it is ready; none where there are no demo people. */
async function demoLinks(paths: Paths, settings: RunnerSettings): Promise<DemoLink[]> {
  const deadline = performance.now() + (settings.demo ? LINKS_MS : 0)
  for (;;) {
    const links = freshLinks(linksFile(paths), startedAt)
    if (links.length > 0 || performance.now() > deadline) return links
    await delay(20)
  }
}

function announce({ paths, settings, media }: Omit<Serving, 'stopping'>, links: DemoLink[]): void {
  const took = ((Date.now() - startedAt) / 1000).toFixed(1)
  const lines = [
    '',
    `Parley is ready (${took} s).`,
    '',
    ...(settings.demo ? [`  Demo shop  ${settings.publicUrl}/demo`] : []),
    `  Desk       ${settings.publicUrl}/desk`,
    ...(links.length > 0 ? ['', '  Sign in once, within 15 minutes:'] : []),
    ...links.map(({ name, role, url }) => `    ${`${name}, ${role}`.padEnd(28)} ${url}`),
    '',
    `  Calls      ${media}`,
    `  Data       ${paths.dataDir}`,
    '  Stop       Ctrl-C',
    '',
  ]
  for (const line of lines) console.line(line)
}

/** What happens to the children is told here and kept in the runner's log. */
function reporter(paths: Paths): (text: string) => void {
  const log = join(paths.logs, 'runner.log')
  return (text) => {
    try {
      appendFileSync(log, `${new Date().toISOString()} ${text}\n`, { mode: 0o600 })
    } catch {
      // A disk that is full must not end whoever looks after the others; the line is told below.
    }
    if (ready) console.line(text)
    else console.progress(text)
  }
}

function takeLock(paths: Paths): Lock {
  try {
    return acquireLock(join(paths.run, 'runner.json'))
  } catch (error) {
    if (!(error instanceof LockHeldError)) throw error
    const { pid, startedAt: since } = error.holder
    throw new Error(`Parley already runs on ${paths.dataDir}: process ${pid}, since ${since}.`)
  }
}

interface Stopping {
  /** Aborted when somebody wants us to stop. */
  signal: AbortSignal
  asked: Promise<void>
  /** From here on there is something to stop in order; before, a signal simply ends us. */
  nowInOrder(): void
  /** What a second signal does before we exit. */
  onSecond(force: () => void): void
  /** All is stopped in order: what still comes is late and changes nothing. */
  nowStopped(): void
}

function listenForSignals(): Stopping {
  const controller = new AbortController()
  let inOrder = false
  let stopped = false
  let force = () => {}
  const asked = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve())
  })
  let first = Number.NEGATIVE_INFINITY
  const onSignal = () => {
    const sinceFirst = performance.now() - first
    if (stopped || sinceFirst < SAME_SIGNAL_MS) return
    if (inOrder && !controller.signal.aborted) {
      first = performance.now()
      controller.abort()
      return
    }
    force()
    process.exit(130)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  return {
    signal: controller.signal,
    asked,
    nowInOrder: () => {
      inOrder = true
    },
    onSecond: (next) => {
      force = next
    },
    nowStopped: () => {
      stopped = true
    },
  }
}

main().catch((error: unknown) => {
  console.line(`\nParley did not start: ${messageOf(error)}`)
  process.exitCode = 1
})
