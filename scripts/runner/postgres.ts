import { chownSync, existsSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runCommand } from '../../sfu/worker-build/command.ts'
import { type ChildPlan, type RunningChild, watchAdopted } from './child.ts'
import { identify, type ProcessIdentity } from './identity.ts'
import type { Paths } from './paths.ts'
import { type Unprivileged, unprivileged } from './privileges.ts'
import { recordOf, writeRecord } from './record.ts'

const DATABASE = 'parley'
const READY_MS = 60_000

/** The embedded PostgreSQL of one data folder. */
export interface EmbeddedPostgres {
  plan: ChildPlan
  /** `postgres://…` over the private Unix socket */
  url: string
  /** A postmaster of this data folder that still runs. */
  adopted: RunningChild | undefined
  /** Makes the database cluster if there is none. */
  prepare(): Promise<void>
}

/**
 * @param native the folder with PostgreSQL's bin, lib and share
 * @param paths the installation's folders
 * @param env whose PATH is searched for the tools
 */
export async function embeddedPostgres(
  native: string,
  paths: Paths,
  env: NodeJS.ProcessEnv,
): Promise<EmbeddedPostgres> {
  const how = await unprivileged(paths.postgresData, env)
  const plan = postgresPlan(native, paths, how, env)
  return {
    plan,
    url: databaseUrl(paths.postgresSocketDir),
    adopted: adoptPostmaster(paths, plan.record),
    prepare: () => prepareCluster(native, paths, how, plan.env),
  }
}

export function databaseUrl(socketDir: string): string {
  return `postgres://${DATABASE}@localhost/${DATABASE}?host=${encodeURIComponent(socketDir)}`
}

function postgresPlan(native: string, paths: Paths, how: Unprivileged, env: NodeJS.ProcessEnv): ChildPlan {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: `"${paths.postgresSocketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    logging_collector: 'off',
    // Statements and the details of a failure can hold what people wrote.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [command = '', ...args] = [
    ...how.prefix,
    join(native, 'bin', 'postgres'),
    '-D',
    paths.postgresData,
    ...options,
  ]
  return {
    name: 'postgres',
    command,
    args,
    env: { PATH: env.PATH, TZ: 'UTC', LC_ALL: 'C.UTF-8' },
    cwd: '/',
    log: join(paths.logs, 'postgres.log'),
    record: join(paths.run, 'postgres.json'),
    // SIGINT is PostgreSQL's "fast": open transactions are rolled back, connections closed.
    stopSignal: 'SIGINT',
    stopMs: 15_000,
  }
}

async function prepareCluster(
  native: string,
  paths: Paths,
  how: Unprivileged,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  giveTo(how, paths.postgresSocketDir)
  if (existsSync(paths.postgresData)) return
  const making = `${paths.postgresData}.new`
  rmSync(making, { recursive: true, force: true })
  await makeFolder(making, how)
  const initdb = [
    join(native, 'bin', 'initdb'),
    `--pgdata=${making}`,
    `--username=${DATABASE}`,
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
    // Only who may enter the socket's 0700 folder gets as far as the door.
    '--auth=trust',
  ]
  await runUnprivileged(how, initdb, env)
  const single = [join(native, 'bin', 'postgres'), '--single', '-D', making, 'template1']
  await runUnprivileged(how, ['sh', '-c', `echo 'create database ${DATABASE}' | "$@"`, 'sh', ...single], env)
  renameSync(making, paths.postgresData)
}

async function makeFolder(path: string, how: Unprivileged): Promise<void> {
  await mkdir(path, { mode: 0o700 })
  giveTo(how, path)
}

/** Makes the account that PostgreSQL runs as the folder's owner. */
function giveTo(how: Unprivileged, path: string): void {
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const { uid, gid } = how.owner ?? own
  chownSync(path, uid, gid)
}

async function runUnprivileged(how: Unprivileged, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const [command = '', ...rest] = [...how.prefix, ...args]
  await runCommand(command, rest, { cwd: '/', env })
}

/**
 * The postmaster that an unclean end left, found by its own lock file rather than by ours, which may be older. It is ours only
 * if it works in this very folder.
 */
function adoptPostmaster(paths: Paths, record: string): RunningChild | undefined {
  const identity = postmaster(paths)
  if (identity === undefined || !existsSync(join(paths.postgresSocketDir, '.s.PGSQL.5432'))) return undefined
  writeRecord(record, recordOf(identity.pid))
  return watchAdopted(identity)
}

/** The living postmaster of this data folder. A dead one's lock file may name a process that is something else now. */
function postmaster(paths: Paths): ProcessIdentity | undefined {
  const pid = Number(lockFile(paths)[0])
  if (!Number.isInteger(pid) || pid <= 0 || !worksIn(pid, paths.postgresData)) return undefined
  return identify(pid)
}

/** The lines of postmaster.pid: process, folder, start, port, socket folder, address, memory, state. */
function lockFile(paths: Paths): string[] {
  const path = join(paths.postgresData, 'postmaster.pid')
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
}

function worksIn(pid: number, folder: string): boolean {
  const target = join(realpathSync(dirname(folder)), basename(folder))
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === target
  } catch {
    // Gone, or another user's: in either case not ours.
    return false
  }
}

/** Waits until PostgreSQL takes connections, which it says in its lock file. Throws after a minute. */
export async function postgresReady(paths: Paths, log: string): Promise<void> {
  const deadline = performance.now() + READY_MS
  while (postmaster(paths) === undefined || lockFile(paths)[7]?.trim() !== 'ready') {
    if (performance.now() > deadline)
      throw new Error(`PostgreSQL is not ready after a minute; its log is ${log}`)
    await delay(20)
  }
}
