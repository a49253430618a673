import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive, signal, type ProcessIdentity } from './identity.ts'
import { livingRecord, recordOf, removeRecord, writeRecord } from './record.ts'

/** How to run one of Parley's processes. */
export interface ChildPlan {
  name: string
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  cwd: string
  /** Standard output and error are appended here. */
  log: string
  /** `DATA_DIR/run/NAME.json` */
  record: string
  settings?: string
  /** What asks it to stop in good order. */
  stopSignal: NodeJS.Signals
  /** How long it may take for that before it is killed. */
  stopMs: number
}

/** A running process, ours by birth or adopted. */
export interface RunningChild {
  identity: ProcessIdentity
  /** Settles when it is gone, with how it ended where that is known. */
  ended: Promise<string>
}

const ADOPTED_CHECK_MS = 100

/**
 * Starts the process in a session of its own, so that neither the terminal's signals nor our death reach it, with files for its
 * output, which no death can close. Throws when the program cannot be run.
 */
export async function startChild(plan: ChildPlan): Promise<RunningChild> {
  const log = openSync(plan.log, 'a', 0o600)
  const child = spawn(plan.command, plan.args, {
    cwd: plan.cwd,
    env: plan.env,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = new Promise<string>((resolve) => {
    child.on('exit', (code, name) => resolve(name === null ? `code ${code}` : name))
  })
  const { pid } = await new Promise<{ pid: number }>((resolve, reject) => {
    child.on('error', reject)
    child.on('spawn', () => resolve({ pid: child.pid ?? 0 }))
  })
  const record = recordOf(pid, plan.settings)
  writeRecord(plan.record, record)
  return { identity: record, ended }
}

/** The process that an earlier runner left, if it lives and was started with the same settings. */
export function adoptChild(plan: ChildPlan): RunningChild | undefined {
  const record = livingRecord(plan.record)
  if (record === undefined || record.settings !== plan.settings) return undefined
  return watchAdopted(record)
}

/** Watches a process that is not our child: the kernel tells only parents, so it is looked at ten times a second. */
export function watchAdopted(identity: ProcessIdentity): RunningChild {
  const watch = async () => {
    while (isAlive(identity)) await delay(ADOPTED_CHECK_MS)
    return 'unknown, it was adopted'
  }
  return { identity, ended: watch() }
}

/** Asks the process to stop and kills its whole group when it does not in time. Returns whether it had to be killed. */
export async function stopProcess(
  identity: ProcessIdentity,
  how: Pick<ChildPlan, 'stopSignal' | 'stopMs' | 'record'>,
): Promise<boolean> {
  signal(identity, how.stopSignal)
  const inTime = await goneWithin(identity, how.stopMs)
  if (!inTime) {
    signal(identity, 'SIGKILL', true)
    await goneWithin(identity, 5_000)
  }
  removeRecord(how.record)
  return !inTime
}

async function goneWithin(identity: ProcessIdentity, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms
  while (isAlive(identity)) {
    if (performance.now() > deadline) return false
    await delay(20)
  }
  return true
}
