import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeFileAtomically } from './record.ts'

/** A Unix socket's address holds so many bytes, and the kernel cuts or refuses longer ones. */
const SOCKET_PATH_BYTES = 107
const POSTGRES_SOCKET = '.s.PGSQL.5432'

/** Where everything of one installation lies. */
export interface Paths {
  dataDir: string
  /** Records of running processes, links, the lock. */
  run: string
  logs: string
  secrets: string
  postgresData: string
  /** Folder of PostgreSQL's socket. */
  postgresSocketDir: string
  /** The media node's control socket. */
  sfuSocket: string
}

/** Makes the data folder and its parts, 0700, and settles where the sockets go. */
export function preparePaths(dataDirectory: string): Paths {
  const dataDir = resolve(dataDirectory)
  const run = join(dataDir, 'run')
  const logs = join(dataDir, 'logs')
  for (const folder of [dataDir, run, logs]) makePrivate(folder)
  const sockets = socketFolder(run)
  const postgresSocketDir = join(sockets, 'pg')
  makePrivate(postgresSocketDir)
  return {
    dataDir,
    run,
    logs,
    secrets: join(dataDir, 'secrets.json'),
    postgresData: join(dataDir, 'postgres'),
    postgresSocketDir,
    sfuSocket: join(sockets, 'sfu.sock'),
  }
}

/** `run` itself where the addresses fit, else a private folder of a short name that the data folder remembers. */
function socketFolder(run: string): string {
  const longest = Buffer.byteLength(join(run, 'pg', POSTGRES_SOCKET))
  if (longest <= SOCKET_PATH_BYTES) return run
  const memory = join(run, 'sockets')
  const remembered = existsSync(memory) ? readFileSync(memory, 'utf8').trim() : ''
  if (remembered !== '' && isOwnFolder(remembered)) return remembered
  const made = mkdtempSync(join(tmpdir(), 'parley-'))
  writeFileAtomically(memory, `${made}\n`)
  return made
}

/** A folder in a place that others can write to is ours only if we own it and nobody else may enter. */
function isOwnFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return (
    found !== undefined &&
    found.isDirectory() &&
    found.uid === process.getuid?.() &&
    (found.mode & 0o077) === 0
  )
}

function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
}

/** A short fingerprint of settings, to see whether a running process was started with the same ones. */
export function fingerprint(settings: Record<string, string | undefined>): string {
  const entries = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 16)
}
