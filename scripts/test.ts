/** `npm test [-- STAGE …]`: sets up what tests need and runs every check, to the end even when one fails. */
import { spawn, type StdioOptions } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { messageOf } from './runner/errors.ts'
import { testBrowser, testFirefox } from './setup/browser.ts'
import { clientBuild } from './setup/client.ts'
import { ensureMediaWorker } from './setup/media-worker.ts'
import { postgresBinaries } from './setup/postgres-binaries.ts'
import { programBuild } from './setup/program.ts'
import { ROOT } from './setup/project.ts'
import { startTestPostgres, type TestPostgres } from './setup/test-database.ts'
import { createConsole, runSteps } from './setup/step.ts'
import {
  againOf,
  chooseStages,
  countBoth,
  countCases,
  type Counts,
  failuresOf,
  type Stage,
  testStages,
} from './test-stages.ts'

const console = createConsole(process.stdout)
const ENDS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM']

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-results-'))
  try {
    const stages = chooseStages(testStages(folder), process.argv.slice(2))
    const outcomes = await runAll(stages, folder)
    summarise(outcomes)
    if (interrupted) console.line('The run was ended before its end.')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Set by Ctrl-C: what runs is ended, what was set up is taken down, and nothing more begins. */
let interrupted = false

interface Outcome extends Counts {
  /** As it was tried last. */
  stage: Stage
  /** As it was tried before. */
  before?: Stage
}

async function runAll(stages: Stage[], folder: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  let prepared: Prepared | undefined
  for (const stage of stages) {
    if (stage.results !== undefined) prepared ??= await setUp(folder)
    console.line(`\n── ${stage.title} (${stage.name})`)
    const started = performance.now()
    const env = prepared?.env ?? process.env
    const code = await run(stage.args, env)
    const first = countCases(stage, code === 0)
    const whole = { stage, ...first }
    const outcome = first.failed === 0 ? whole : await tryAgain(whole, env)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.line(`── ${stage.name}: ${outcome.failed === 0 ? 'passed' : 'FAILED'} in ${seconds} s`)
    outcomes.push(outcome)
    if (interrupted) break
  }
  await prepared?.database.stop()
  return outcomes
}

/** Said aloud, so that what needs a second try stays in sight. */
async function tryAgain(first: Outcome, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const again = againOf(first.stage)
  if (again === null || interrupted) return first
  for (const file of again.files) console.line(`── second try: ${relative(ROOT, file)}`)
  const code = await run(again.stage.args, env)
  return { stage: again.stage, before: first.stage, ...countBoth(first.stage, again.stage, code === 0) }
}

interface Prepared {
  env: NodeJS.ProcessEnv
  database: TestPostgres
}

/** What tests that run the product need, once, before the first of them. */
async function setUp(folder: string): Promise<Prepared> {
  console.line('')
  await runSteps([testBrowser(), testFirefox(), postgresBinaries(), clientBuild(), programBuild()], console)
  const workerBin = await ensureMediaWorker(process.env, console)
  const database = await startTestPostgres(process.env)
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    // Tests start Parley's processes hundreds of times: each takes from there what was compiled and stripped of types before.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    MEDIASOUP_WORKER_BIN: workerBin,
    TEST_DATABASE_URL: database.url,
  }
  return { env, database }
}

/** In a group of its own, so that whoever ends the run ends the workers and all they started, too. */
async function run(args: string[], env: NodeJS.ProcessEnv): Promise<number | null> {
  const stdio: StdioOptions = ['ignore', 'inherit', 'inherit']
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio, detached: true })
  const end = (signal: NodeJS.Signals) => {
    interrupted = true
    if (child.pid) process.kill(-child.pid, signal)
  }
  for (const signal of ENDS) process.on(signal, end)
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
  } finally {
    for (const signal of ENDS) process.off(signal, end)
  }
}

function summarise(outcomes: Outcome[]): void {
  const sum = (what: keyof Counts) => outcomes.reduce((all, outcome) => all + outcome[what], 0)
  const [passed, failed, invalid] = [sum('passed'), sum('failed'), sum('invalid')]
  console.line('')
  for (const outcome of outcomes.filter((each) => each.failed > 0)) {
    for (const failure of failuresOf(outcome.stage, outcome.before)) console.line(`✗ ${failure}\n`)
    console.line(`FAILED ${outcome.stage.name}: ${outcome.failed} failed, ${outcome.passed} passed`)
  }
  for (const outcome of outcomes.filter((each) => each.invalid > 0)) {
    console.line(
      `INVALID ${outcome.stage.name}: in ${outcome.invalid} the meter starved each time; run it on a machine that does less`,
    )
  }
  console.line(`${passed} passed, ${failed} failed${invalid > 0 ? `, ${invalid} skipped` : ''}`)
  process.exitCode = failed === 0 && !interrupted ? 0 : 1
}

main().catch((error: unknown) => {
  console.line(`\nThe tests could not be run: ${messageOf(error)}`)
  console.line('0 passed, 1 failed')
  process.exitCode = 1
})
