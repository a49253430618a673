import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ChildPlan } from './child.ts'

/** A private folder for one test; `remove` when it is over. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'parley-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** The first answer of `look` that is neither undefined nor false. Throws, naming `what`, when none comes in time. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 10_000,
): Promise<T> {
  const deadline = performance.now() + ms
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`Not within ${ms} ms: ${what}`)
    await delay(10)
  }
}

/** A program that runs until told to stop, and then writes `NAME stopped` into `journal`. */
export function standIn(name: string, journal: string): [string, ...string[]] {
  const code = `
    const { appendFileSync } = require('node:fs')
    const note = (text) => appendFileSync(${JSON.stringify(journal)}, ${JSON.stringify(name)} + ' ' + text + '\\n')
    process.on('SIGTERM', () => { note('stopped'); process.exit(0) })
    setInterval(() => {}, 1000)
    note('started')`
  return [process.execPath, '-e', code]
}

/** A plan for a program in `folder`. */
export function planFor(name: string, [command, ...args]: [string, ...string[]], folder: string): ChildPlan {
  return {
    name,
    command,
    args,
    env: process.env,
    cwd: folder,
    log: join(folder, `${name}.log`),
    record: join(folder, `${name}.json`),
    stopSignal: 'SIGTERM',
    stopMs: 2_000,
  }
}
