import { chmod, mkdir, rm } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import { dirname } from 'node:path'

const PROBE_MS = 500

/**
 * Listens on a Unix socket (0600) in a folder made 0700. A socket file left by a dead process is replaced; when
 * somebody answers on it the call rejects, since two nodes on one data folder would write over each other.
 */
export async function listenOnSocketFile(server: Server, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await chmod(dirname(path), 0o700)
  await assertNobodyListens(path)
  await rm(path, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
  await chmod(path, 0o600)
}

/** Rejects when a live process listens on this socket file. */
export async function assertNobodyListens(path: string): Promise<void> {
  if (await answers(path)) throw new Error(`another media node listens on ${path}`)
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    const done = (alive: boolean) => {
      clearTimeout(timer)
      probe.destroy()
      resolve(alive)
    }
    const timer = setTimeout(() => done(true), PROBE_MS)
    probe.on('connect', () => done(true))
    probe.on('error', () => done(false))
  })
}
