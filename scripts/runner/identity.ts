import { readFileSync } from 'node:fs'
import { hasCode } from './errors.ts'

/** One process, told apart from a later one that got the same number: by its start, in ticks of this boot. */
export interface ProcessIdentity {
  pid: number
  /** Boot id and start tick. Only for comparing. */
  startTime: string
}

/** The identity of a living process; undefined when there is none of this number, or only its remains. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = readOrNothing(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The command's name stands in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, started] = [fields[0], fields[19]]
  if (started === undefined || state === 'Z' || state === 'X') return undefined
  return { pid, startTime: `${bootId()}/${started}` }
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTime === process.startTime
}

/** Sends a signal to exactly this process, or with `group` to all of its group. Does nothing when it is gone. */
export function signal(target: ProcessIdentity, name: NodeJS.Signals, group = false): void {
  if (!isAlive(target)) return
  try {
    process.kill(group ? -target.pid : target.pid, name)
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error
  }
}

let boot: string | undefined

function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return boot
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // ENOENT or ESRCH: the process is gone, which is the answer.
    return undefined
  }
}
