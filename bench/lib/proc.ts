/** What the kernel says of processes: never the process's own word. */
import { readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

/** CPU time that a process has used in all its threads, ms. 0 once it is gone. */
export function cpuMs(pid: number): number {
  try {
    // The name, in brackets, may hold anything; the fields after it are numbers.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND
  } catch {
    return 0
  }
}

/** The same of the threads it has now, to the microsecond: 10 ms are much of what one call costs. */
export function fineCpuMs(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
      const [ran] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
      return sum + Number(ran) / 1e6
    }, 0)
  } catch {
    return 0
  }
}

/** Memory that the process holds, bytes: resident pages, or its fair share of those it shares with others (`Pss`). */
export function memoryBytes(pid: number, field: 'Rss' | 'Pss' = 'Rss'): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024
}

/** The process and all below it. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      parents.set(Number(name), Number(fields[1]))
    } catch {
      // Gone while we looked.
    }
  }
  const family = [pid]
  for (const one of family) {
    for (const [child, parent] of parents) if (parent === one) family.push(child)
  }
  return family
}

/** Busy time of all cores together, ms, without time stolen by the host. */
export function machineBusyMs(): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .split(/\s+/)
    .map(Number)
  return ((user + nice + system + irq + softirq) * 1000) / TICKS_PER_SECOND
}

/** CPU time, ms, that the process and all below it use from now on; one that ends meanwhile is not counted. */
export function watchCpu(pid: number): () => number {
  const before = new Map(familyOf(pid).map((one) => [one, cpuMs(one)]))
  return () => familyOf(pid).reduce((sum, one) => sum + Math.max(0, cpuMs(one) - (before.get(one) ?? 0)), 0)
}

/**
 * How much of one core other programs use from now on. Ours are this process and all below it; `elsewhereMs`: time of
 * ours that runs outside this family.
 */
export function watchForeign(): (elsewhereMs: number) => number {
  const [family, busy, begun] = [watchCpu(process.pid), machineBusyMs(), performance.now()]
  return (elsewhereMs) =>
    Math.max(0, machineBusyMs() - busy - family() - elsewhereMs) / (performance.now() - begun)
}
