import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildWorker } from './build.ts'
import { isLoadable, machineWorkerKey } from './cache.ts'
import { tryCommand } from './command.ts'
import { checkAnswers } from './answer-check.ts'
import { checkHandshake } from './handshake-check.ts'

const BINARY = 'mediasoup-worker'
const TEMPORARY = '.worker.tmp'
const DOWNLOAD_MS = 30_000

export interface ObtainOptions {
  /** node_modules/mediasoup */
  mediasoup: string
  mediasoupVersion: string
  /** Parley's cache folder. */
  cache: string
  /** Installs what BUILD_PACKAGES names; called only when a worker has to be built. */
  prepareBuild: (report: (text: string) => void) => Promise<void>
  report: (text: string) => void
}

/** The cached worker that fits this machine, or undefined. */
export async function cachedWorker(cache: string, mediasoupVersion: string): Promise<string | undefined> {
  const binary = join(cache, await machineWorkerKey(mediasoupVersion), BINARY)
  return (await isLoadable(binary)) ? binary : undefined
}

/**
 * Puts a checked worker into the cache: mediasoup's own prebuilt one where it can be downloaded, else one built here. The
 * caller holds the cache's lock. The worker appears under its name only when it has passed its checks.
 * @returns the binary's path. Throws when neither way gives a worker that passes.
 */
export async function obtainWorker(options: ObtainOptions): Promise<string> {
  removeLeftOvers(options.cache)
  const temporary = join(options.cache, `${randomBytes(4).toString('hex')}${TEMPORARY}`)
  mkdirSync(temporary, { recursive: true })
  try {
    copyFileSync(await makeWorker(options, join(temporary, 'work')), join(temporary, BINARY))
    rmSync(join(temporary, 'work'), { recursive: true, force: true })
    await checkWorker(join(temporary, BINARY), options.report)
    // Only now: installing what the build needs may have changed the libraries that the key stands for.
    const folder = join(options.cache, await machineWorkerKey(options.mediasoupVersion))
    rmSync(folder, { recursive: true, force: true })
    renameSync(temporary, folder)
    return join(folder, BINARY)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

async function makeWorker(options: ObtainOptions, folder: string): Promise<string> {
  const downloaded = await downloadWorker(options)
  if (downloaded !== undefined) return downloaded
  await options.prepareBuild(options.report)
  const log = join(options.cache, 'worker-build.log')
  rmSync(log, { force: true })
  try {
    return await buildWorker({ mediasoup: options.mediasoup, folder, log, report: options.report })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `The media worker could not be built. All that the tools printed is in ${log}.\n${reason}`,
    )
  }
}

async function checkWorker(binary: string, report: (text: string) => void): Promise<void> {
  report('checking that it answers and finishes a DTLS handshake')
  chmodSync(binary, 0o755)
  await checkAnswers(binary)
  await checkHandshake(binary)
}

/** A build that was killed leaves its folder; we hold the lock, so nobody works in one. */
function removeLeftOvers(cache: string): void {
  for (const name of readdirSync(cache)) {
    if (name.endsWith(TEMPORARY)) rmSync(join(cache, name), { recursive: true, force: true })
  }
}

/**
 * Lets mediasoup's own installer fetch the prebuilt worker. Without Python it cannot go on to build one its own way, which would
 * need more of the network. A machine without the way there simply has no prebuilt worker.
 */
async function downloadWorker({ mediasoup, report }: ObtainOptions): Promise<string | undefined> {
  report('looking for the prebuilt one')
  const env: NodeJS.ProcessEnv = { ...process.env, PYTHON: '/bin/false' }
  delete env.MEDIASOUP_WORKER_BIN
  const options = { cwd: mediasoup, env, timeoutMs: DOWNLOAD_MS }
  await tryCommand(process.execPath, ['npm-scripts.mjs', 'postinstall'], options)
  const binary = join(mediasoup, 'worker', 'out', 'Release', BINARY)
  return existsSync(binary) && (await isLoadable(binary)) ? binary : undefined
}
