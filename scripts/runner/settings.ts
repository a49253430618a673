import { join } from 'node:path'
import { fingerprint, type Paths } from './paths.ts'

/** What the runner itself must know to start and to reach the others; all else is the server's to read and check. */
export interface RunnerSettings {
  host: string
  port: string
  publicUrl: string
  /** Where the server answers on this machine. */
  localUrl: string
  /** Whether there are demo people. */
  demo: boolean
  /** What the children get. */
  env: NodeJS.ProcessEnv
  /** Fingerprint of what the media node reads: a running one that was started with others is replaced. */
  mediaSettings: string
}

const MEDIA = [
  'MEDIA_PORT',
  'MEDIA_WORKERS',
  'MEDIA_ANNOUNCED_ADDRESS',
  'RECORDINGS_FLOOR_MB',
  'HOST',
  'SFU_SOCKET',
  'DATA_DIR',
]
const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
const ANY = ['0.0.0.0', '::']

/** Fills in the defaults. Nothing is validated here: the server does that for all settings at once. */
export function runnerSettings(
  given: NodeJS.ProcessEnv,
  paths: Paths,
  made: { databaseUrl: string; workerBin: string },
): RunnerSettings {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
  const host = set.HOST ?? '127.0.0.1'
  const port = set.PORT ?? '3000'
  const publicUrl = set.PUBLIC_URL ?? `http://${LOOPBACK.includes(host) ? 'localhost' : host}:${port}`
  const env: NodeJS.ProcessEnv = {
    MEDIA_PORT: '40000',
    MEDIA_WORKERS: '2',
    NODE_ENV: 'production',
    ...set,
    PORT: port,
    HOST: host,
    DATA_DIR: paths.dataDir,
    DATABASE_URL: made.databaseUrl,
    SECRETS_FILE: paths.secrets,
    SFU_SOCKET: paths.sfuSocket,
    MEDIASOUP_WORKER_BIN: made.workerBin,
    // A process that was killed is back in half the time: its code is not read anew.
    NODE_COMPILE_CACHE: join(paths.dataDir, 'cache', 'code'),
  }
  const localHost = ANY.includes(host) ? '127.0.0.1' : host
  return {
    host,
    port,
    // As the server writes it into links.
    publicUrl: URL.parse(publicUrl)?.origin ?? publicUrl,
    demo: set.DEMO === undefined ? LOOPBACK.includes(host) : set.DEMO === '1',
    localUrl: `http://${localHost.includes(':') ? `[${localHost}]` : localHost}:${port}`,
    env,
    mediaSettings: fingerprint(Object.fromEntries(MEDIA.map((name) => [name, env[name]]))),
  }
}

/** Where the server leaves the demo people's one-time links. */
export function linksFile(paths: Paths): string {
  return join(paths.run, 'links.json')
}
