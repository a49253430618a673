import { existsSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { tryCommand } from './command.ts'
import { recipeHash } from './recipe.ts'

/** Libraries whose shared-object names, of all on the machine, decide whether a built worker fits it. */
const LINKED = /^lib(absl_base|c|crypto|flatbuffers|ssl|stdc\+\+|srtp2|uv)\.so\.\S+$/

/** Parley's folder for what outlives a checkout: `$XDG_CACHE_HOME/parley`, else `~/.cache/parley`. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : join(homedir(), '.cache')
  return join(base, 'parley')
}

export interface WorkerKeyParts {
  mediasoupVersion: string
  recipe: string
  architecture: string
  /** Shared-object names such as libssl.so.3 */
  sonames: string[]
}

/** Name of the cache folder of one worker: equal exactly when the binary can be shared. */
export function workerKey(parts: WorkerKeyParts): string {
  const sonames = createHash('sha256')
    .update([...parts.sonames].sort().join('\n'))
    .digest('hex')
  return `worker-${parts.mediasoupVersion}-${parts.recipe}-${parts.architecture}-${sonames.slice(0, 8)}`
}

/** The key of the worker that this machine needs now. It changes when the machine's libraries do. */
export async function machineWorkerKey(mediasoupVersion: string): Promise<string> {
  const listed = (await tryCommand('/sbin/ldconfig', ['-p'])) ?? ''
  const sonames = new Set([...listed.matchAll(/^\s*(\S+)/gm)].map((match) => match[1] ?? ''))
  return workerKey({
    mediasoupVersion,
    recipe: recipeHash(),
    architecture: process.arch,
    sonames: [...sonames].filter((name) => LINKED.test(name)),
  })
}

/** Whether the binary is there and the loader finds every library it is linked with. */
export async function isLoadable(binary: string): Promise<boolean> {
  if (!existsSync(binary)) return false
  const libraries = await tryCommand('ldd', [binary])
  return libraries !== undefined && !libraries.includes('not found')
}
