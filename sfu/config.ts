import { join } from 'node:path'
import * as z from 'zod'
import { isWildcard } from './address.ts'

const Port = z.coerce.number().int().min(1).max(65_535)

const Env = z.object({
  DATA_DIR: z.string().min(1).default('./data'),
  SFU_SOCKET: z.string().min(1).optional(),
  SECRETS_FILE: z.string().min(1).optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  MEDIA_PORT: Port.default(40_000),
  MEDIA_WORKERS: z.coerce.number().int().min(1).max(64).default(2),
  MEDIA_ANNOUNCED_ADDRESS: z.string().min(1).optional(),
  RECORDINGS_FLOOR_MB: z.coerce.number().int().min(0).max(10_000_000).default(500),
  MEDIASOUP_WORKER_BIN: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
})
const Secrets = z.object({ controlToken: z.string().min(32) })

export type Config = {
  socketPath: string
  controlToken: string
  dataDir: string
  recordingsDir: string
  /** Recording stops while less than this is free on the disk. */
  recordingsFloorBytes: number
  host: string
  mediaPort: number
  workers: number
  announcedAddress?: string
  workerBin?: string
  logLevel: 'debug' | 'info' | 'warn' | 'error'
}

/** All faults of the settings, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export type Env = Record<string, string | undefined>

/** Where the secrets are, told by the settings alone: they must be read before `parseConfig`. */
export function secretsFile(env: Env): string {
  return env.SECRETS_FILE ?? join(env.DATA_DIR ?? './data', 'secrets.json')
}

/**
 * Pure: settings, the text of the secrets file (null: it cannot be read) and this machine's address on its default route (null:
 * there is none) in, configuration out. Throws `ConfigError` with every fault.
 */
export function parseConfig(
  env: Env,
  secretsText: string | null,
  routeAddress: string | null = null,
): Config {
  const settings = Env.safeParse(withoutEmpty(env))
  const secrets = Secrets.safeParse(parseJson(secretsText ?? 'null'))
  const faults = [
    ...(settings.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...(secrets.error?.issues ?? []).map((issue) =>
      secretsText === null
        ? `SECRETS_FILE: cannot read ${secretsFile(env)}`
        : `SECRETS_FILE: ${issue.path.join('.')}: ${issue.message}`,
    ),
  ]
  faults.push(...crossFaults(eachAlone(withoutEmpty(env)), routeAddress))
  if (!settings.success || !secrets.success || faults.length > 0) throw new ConfigError(faults.join('\n'))

  const values = settings.data
  return {
    socketPath: values.SFU_SOCKET ?? join(values.DATA_DIR, 'run', 'sfu', 'control.sock'),
    controlToken: secrets.data.controlToken,
    dataDir: values.DATA_DIR,
    recordingsDir: join(values.DATA_DIR, 'recordings'),
    recordingsFloorBytes: values.RECORDINGS_FLOOR_MB * 1024 * 1024,
    // mediasoup listens on addresses, not names.
    host: values.HOST === 'localhost' ? '127.0.0.1' : values.HOST,
    mediaPort: values.MEDIA_PORT,
    workers: values.MEDIA_WORKERS,
    // Browsers must be told an address that they can reach: the default route's, unless the operator named one.
    announcedAddress:
      values.MEDIA_ANNOUNCED_ADDRESS ?? (isWildcard(values.HOST) ? (routeAddress ?? undefined) : undefined),
    workerBin: values.MEDIASOUP_WORKER_BIN,
    logLevel: values.LOG_LEVEL,
  }
}

/** What each setting says for itself; those that are wrong are not there. */
function eachAlone(env: Env): Partial<z.infer<typeof Env>> {
  return Object.fromEntries(
    Object.entries(Env.shape).flatMap(([name, type]) => {
      const { success, data } = type.safeParse(env[name])
      return success ? [[name, data]] : []
    }),
  )
}

function crossFaults(e: Partial<z.infer<typeof Env>>, routeAddress: string | null): string[] {
  const faults: string[] = []
  if ((e.MEDIA_PORT ?? 0) + (e.MEDIA_WORKERS ?? 1) - 1 > 65_535)
    faults.push('MEDIA_PORT: not enough ports above it for MEDIA_WORKERS')
  if (e.HOST && isWildcard(e.HOST) && !e.MEDIA_ANNOUNCED_ADDRESS && routeAddress === null)
    faults.push('MEDIA_ANNOUNCED_ADDRESS: needed, since this machine has no default route to take it from')
  return faults
}

function withoutEmpty(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
