import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { checkAnswers } from '../../sfu/worker-build/answer-check.ts'
import { cacheFolder } from '../../sfu/worker-build/cache.ts'
import { cachedWorker, obtainWorker } from '../../sfu/worker-build/obtain.ts'
import { BUILD_PACKAGES } from '../../sfu/worker-build/recipe.ts'
import { acquireLock, type Lock, LockHeldError } from '../runner/lock.ts'
import { debianPackages } from './debian.ts'
import { MEDIASOUP, mediasoupVersion } from './project.ts'
import { type Console, runSteps } from './step.ts'

/**
 * The path of a media worker that answers: the one that MEDIASOUP_WORKER_BIN names, the cached one, or a new one, which takes
 * some minutes where it must be built. Throws with a message for people when there is none.
 */
export async function ensureMediaWorker(env: NodeJS.ProcessEnv, console: Console): Promise<string> {
  const named = env.MEDIASOUP_WORKER_BIN
  const binary = named !== undefined && named !== '' ? named : await fromCache(env, console)
  try {
    await checkAnswers(binary)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const hint = named ? 'Check MEDIASOUP_WORKER_BIN.' : 'Remove that file to have it made anew.'
    throw new Error(`The media worker ${binary} is no good: ${reason}. ${hint}`)
  }
  return binary
}

async function fromCache(env: NodeJS.ProcessEnv, console: Console): Promise<string> {
  const cache = cacheFolder(env)
  const version = mediasoupVersion()
  let binary = await cachedWorker(cache, version)
  const step = {
    title: `Making the media worker (mediasoup ${version}; some minutes, once on this machine)`,
    done: () => binary !== undefined,
    run: async (report: (text: string) => void) => {
      binary = await makeAlone(cache, version, report)
    },
  }
  await runSteps([step], console)
  return binary ?? ''
}

/** Two clones that start at once must not both build: the second waits and takes what the first made. */
async function makeAlone(cache: string, version: string, report: (text: string) => void): Promise<string> {
  mkdirSync(cache, { recursive: true })
  const lock = await waitForLock(join(cache, 'worker.lock'), report)
  try {
    const packages = debianPackages('for building the media worker', BUILD_PACKAGES)
    const prepareBuild = async () => {
      if (!(await packages.done())) await packages.run(report)
    }
    const options = { mediasoup: MEDIASOUP, mediasoupVersion: version, cache, prepareBuild, report }
    return (await cachedWorker(cache, version)) ?? (await obtainWorker(options))
  } finally {
    lock.release()
  }
}

async function waitForLock(path: string, report: (text: string) => void): Promise<Lock> {
  for (;;) {
    try {
      return acquireLock(path)
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error
      report(`process ${error.holder.pid} is making it since ${error.holder.startedAt}, waiting for that`)
      await delay(1_000)
    }
  }
}
