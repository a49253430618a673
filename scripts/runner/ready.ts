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

/** Waits until `GET url` answers 200. `onWait` hears now and then how long it has been, in seconds. */
export async function waitUntilReady(
  url: string,
  options: { deadlineMs: number; onWait: (seconds: number) => void; signal: AbortSignal },
): Promise<void> {
  const started = performance.now()
  for (;;) {
    options.signal.throwIfAborted()
    if (await answersOk(url)) return
    const waited = performance.now() - started
    if (waited > options.deadlineMs)
      throw new Error(`Not ready after ${Math.round(waited / 1000)} s (${url})`)
    options.onWait(Math.round(waited / 1000))
    await delay(50)
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await answer.body?.cancel()
    return answer.status === 200
  } catch {
    // Not listening yet.
    return false
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
