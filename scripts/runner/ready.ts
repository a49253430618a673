import { createServer } from 'node:net'
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from './errors.ts'

/** Throws when another program already listens where the server is going to. */
export async function checkPortFree(host: string, port: string): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.on('error', reject)
      probe.listen(Number(port), host, resolve)
    })
  } catch (error) {
    throw new Error(
      `Cannot listen on ${host}:${port}: ${messageOf(error)}. Set HOST or PORT, or stop what uses it.`,
    )
  } finally {
    probe.close()
  }
}

/**
 * Waits until `GET url` answers 200. `onWait` hears now and then how long it has been, in seconds, and which parts are not ready: those
 * that the answer names, or the server where there is none. `explain`: what to say of those if it takes too long.
 */
export async function waitUntilReady(
  url: string,
  options: {
    deadlineMs: number
    onWait: (seconds: number, lacking: readonly string[]) => void
    explain: (lacking: readonly string[]) => string
    signal: AbortSignal
  },
): Promise<void> {
  const started = performance.now()
  for (;;) {
    options.signal.throwIfAborted()
    const lacking = await lackingAt(url)
    if (lacking.length === 0) return
    const waited = performance.now() - started
    const seconds = Math.round(waited / 1000)
    if (waited > options.deadlineMs)
      throw new Error(
        `Not ready after ${seconds} s: ${lacking.join(', ')} (${url})${options.explain(lacking)}`,
      )
    options.onWait(seconds, lacking)
    await delay(50)
  }
}

async function lackingAt(url: string): Promise<readonly string[]> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    const { parts = {} } = (await answer.json()) as { parts?: Record<string, boolean> }
    if (answer.status === 200) return []
    const lacking = Object.keys(parts).filter((name) => !parts[name])
    return lacking.length > 0 ? lacking : ['server']
  } catch {
    // Not listening yet.
    return ['server']
  }
}

export interface DemoLink {
  name: string
  role: string
  url: string
}

/** The demo people's links, if the server wrote them since `since` (ms of the epoch). */
export function freshLinks(path: string, since: number): DemoLink[] {
  if (!existsSync(path) || statSync(path).mtimeMs < since) return []
  const links: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return Array.isArray(links) ? links.filter(isLink) : []
}

function isLink(value: unknown): value is DemoLink {
  if (typeof value !== 'object' || value === null) return false
  const { name, role, url } = value as Partial<Record<keyof DemoLink, unknown>>
  return typeof name === 'string' && typeof role === 'string' && typeof url === 'string'
}

const TAIL_BYTES = 4_096

/** The last lines of a log, to show with a failure. */
export function tailOf(log: string, lines = 12): string {
  if (!existsSync(log)) return ''
  const file = openSync(log, 'r')
  try {
    const { size } = fstatSync(file)
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES))
    readSync(file, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } finally {
    closeSync(file)
  }
}
