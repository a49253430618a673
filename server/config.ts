import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type KeySource, parseMasterKeys } from './sealing/master-keys.ts'
import type { S3Config } from './recording/s3.ts'

export type Config = {
  port: number
  host: string
  /** Origin under which browsers reach us, without a trailing slash. */
  publicUrl: string
  dataDir: string
  databaseUrl: string
  /** Unix socket of the media node's control channel. */
  sfuSocket: string
  secrets: Secrets
  /** Where the keys are that wrap those of recordings. */
  masterKeys?: KeySource
  /** Where sealed recordings are brought; null: they stay in the data folder. */
  s3?: S3Config | null
  /** Proxies in front of us whose X-Forwarded-* are believed. */
  trustProxy: number
  /** Demo people, demo shop and printed sign-in links. */
  demo: boolean
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
  /** ms */
  chatOfferMs: number
  callOfferMs: number
  /** How long an agent may be gone before conversations return to the queue, outside and inside a call, ms. */
  agentGoneMs: number
  agentGoneInCallMs: number
  /** How long a visitor who waits may have no page open before nobody waits any more, ms. */
  visitorGoneMs: number
  /** How long a call waits for a side that left, ms. */
  seatHoldMs: number
  /** A message within this time reopens the ended conversation, ms. */
  reopenMs: number
  /** Whether agents see that a supervisor listens to their call; who speaks is always seen by those who hear it. */
  listeningShown: boolean
  /** Push services that may be sent to: names, or with a leading dot all names below one. None: nobody is told by push. */
  pushHosts: string[]
  /** Whether notifications by push may show what was written. */
  pushText: boolean
  /** What writes down what is said in calls; null: nobody does. `url`: whole address. */
  transcriber:
    | { kind: 'endpoint'; url: string; key: string | null; model: string }
    | { kind: 'script'; file: string }
    | null
  /** Capacity of one agent. */
  chatCapacity: number
}

const Secrets = z.object({ jwtSecret: z.string().min(32), controlToken: z.string().min(32) })
export type Secrets = z.infer<typeof Secrets>

const int = (min: number, max: number, fallback: number) =>
  z.coerce.number('must be a number').int().min(min).max(max).default(fallback)
const seconds = (fallback: number) => int(1, 86_400, fallback)
const loopback = (host: string) => ['127.0.0.1', 'localhost', '::1'].includes(host)

/** A wrong one would count as none, without a word. */
function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name.replace(/^:/, '') }).format(0))
  } catch {
    return false
  }
}

/** Names as they stand in addresses; no numbers, but for the one of this machine. */
const PUSH_HOSTS =
  /^(none|(127\.0\.0\.1|\.?([a-z0-9-]+\.)+[a-z]{2,})(,(127\.0\.0\.1|\.?([a-z0-9-]+\.)+[a-z]{2,}))*)$/

const Env = z.object({
  PORT: int(1, 65_535, 3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://'),
  SECRETS_FILE: z.string().min(1),
  RECORDING_KEYS: z.string().optional(),
  RECORDING_KEYS_FILE: z.string().min(1).optional(),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be a name of a bucket')
    .optional(),
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be a name such as eu-central-1')
    .default('us-east-1'),
  S3_PREFIX: z
    .string()
    .regex(/^([A-Za-z0-9_-]+\/)+$/, 'must end with / and hold letters, digits, - and _ only')
    .default('parley/'),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  SFU_SOCKET: z.string().min(1),
  TRUST_PROXY: int(0, 10, 0),
  DEMO: z.enum(['0', '1']).optional(),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  TZ: z.string().refine(isZone, 'must be a zone such as Asia/Tehran').optional(),
  CHAT_OFFER_SECONDS: seconds(30),
  CALL_OFFER_SECONDS: seconds(20),
  AGENT_GONE_SECONDS: seconds(60),
  AGENT_GONE_IN_CALL_SECONDS: seconds(120),
  VISITOR_GONE_SECONDS: seconds(60),
  SEAT_HOLD_SECONDS: seconds(60),
  REOPEN_HOURS: int(0, 24 * 30, 24),
  LISTENING_SHOWN: z.enum(['0', '1']).default('1'),
  CHAT_CAPACITY: int(1, 50, 4),
  PUSH_HOSTS: z
    .string()
    .regex(PUSH_HOSTS, 'must be names parted by commas, or none')
    .default('fcm.googleapis.com,.push.services.mozilla.com,.notify.windows.com,.push.apple.com'),
  PUSH_TEXT: z.enum(['0', '1']).default('0'),
  TRANSCRIBER_URL: z
    .url({ protocol: /^(https?|file)$/, error: 'must begin with http://, https:// or file://' })
    .optional(),
  TRANSCRIBER_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{1,500}$/, 'must be printable, without spaces')
    .optional(),
  TRANSCRIBER_MODEL: z.string().min(1).max(200).default('whisper-1'),
})
type Env = z.infer<typeof Env>

/** Settings from the environment. Throws one error that names every fault. Reads only the secrets' file. */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const faults: string[] = []
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = Env.safeParse(set)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push(`${issue.path.join('.')}: ${issue.message}`)
  }
  const secrets = readSecrets(env['SECRETS_FILE'], faults)
  const e = parsed.data
  faults.push(...crossFaults(eachAlone(set), (name) => set[name] !== undefined))
  if (faults.length || !e || !secrets) throw new Error(`Settings are wrong:\n  ${faults.join('\n  ')}`)
  return {
    port: e.PORT,
    host: e.HOST,
    // As browsers write it: without the usual port, the name in small letters.
    publicUrl: new URL(e.PUBLIC_URL ?? `http://localhost:${e.PORT}`).origin,
    dataDir: path.resolve(e.DATA_DIR),
    databaseUrl: e.DATABASE_URL,
    sfuSocket: e.SFU_SOCKET,
    secrets,
    masterKeys: keySource(e),
    s3: s3Of(e),
    trustProxy: e.TRUST_PROXY,
    demo: e.DEMO === undefined ? loopback(e.HOST) : e.DEMO === '1',
    logLevel: e.LOG_LEVEL,
    chatOfferMs: e.CHAT_OFFER_SECONDS * 1000,
    callOfferMs: e.CALL_OFFER_SECONDS * 1000,
    agentGoneMs: e.AGENT_GONE_SECONDS * 1000,
    agentGoneInCallMs: e.AGENT_GONE_IN_CALL_SECONDS * 1000,
    visitorGoneMs: e.VISITOR_GONE_SECONDS * 1000,
    seatHoldMs: e.SEAT_HOLD_SECONDS * 1000,
    reopenMs: e.REOPEN_HOURS * 3_600_000,
    listeningShown: e.LISTENING_SHOWN === '1',
    chatCapacity: e.CHAT_CAPACITY,
    pushHosts: e.PUSH_HOSTS === 'none' ? [] : e.PUSH_HOSTS.split(','),
    pushText: e.PUSH_TEXT === '1',
    transcriber: transcriberOf(e),
  }
}

function transcriberOf(e: Env): Config['transcriber'] {
  if (e.TRANSCRIBER_URL === undefined) return null
  const url = new URL(e.TRANSCRIBER_URL)
  if (url.protocol === 'file:') return { kind: 'script', file: fileURLToPath(url) }
  const base = url.href.replace(/\/+$/, '')
  return {
    ...{ kind: 'endpoint', url: `${base}/audio/transcriptions` },
    ...{ key: e.TRANSCRIBER_KEY ?? null, model: e.TRANSCRIBER_MODEL },
  }
}

function transcriberFaults(
  { TRANSCRIBER_URL: address }: Partial<Env>,
  given: (name: keyof Env) => boolean,
): string[] {
  if (!given('TRANSCRIBER_URL') && given('TRANSCRIBER_KEY'))
    return ['TRANSCRIBER_KEY: means nothing without TRANSCRIBER_URL']
  if (address === undefined) return []
  const url = new URL(address)
  if (url.username || url.password || url.search || url.hash)
    return [
      'TRANSCRIBER_URL: must have no name, password, query or fragment; a key goes into TRANSCRIBER_KEY',
    ]
  return url.protocol === 'file:' && url.host ? ['TRANSCRIBER_URL: a file must be one of this machine'] : []
}

function keySource(e: Env): KeySource {
  const given = e.RECORDING_KEYS === undefined ? null : parseMasterKeys(e.RECORDING_KEYS)
  return given ? { given } : { file: e.RECORDING_KEYS_FILE ?? null }
}

function s3Of(e: Env): S3Config | null {
  const { S3_BUCKET: bucket, S3_ENDPOINT: endpoint } = e
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = e
  if (!bucket || !endpoint || !accessKeyId || !secretAccessKey) return null
  const origin = endpoint.replace(/\/+$/, '')
  const place = { endpoint: origin, region: e.S3_REGION, bucket, prefix: e.S3_PREFIX }
  return { ...place, accessKeyId, secretAccessKey }
}

/** What each setting says for itself; those that are wrong are not there. */
function eachAlone(env: Record<string, string | undefined>): Partial<Env> {
  return Object.fromEntries(
    Object.entries(Env.shape).flatMap(([name, type]) => {
      const { success, data } = type.safeParse(env[name])
      return success ? [[name, data]] : []
    }),
  )
}

/** All four or none: with some of them, recordings would stay here and nobody would know. */
function s3Faults(given: (name: keyof Env) => boolean): string[] {
  const needed = ['S3_BUCKET', 'S3_ENDPOINT', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const
  const missing = needed.filter((name) => !given(name))
  if (missing.length === needed.length) return []
  return missing.map((name) => `${name}: is needed where another setting of S3 is given`)
}

function isOrigin(address: string): boolean {
  const url = URL.parse(address)
  return url !== null && url.href === `${url.origin}/`
}

/** What is wrong with settings beside each other. */
function crossFaults(e: Partial<Env>, given: (name: keyof Env) => boolean): string[] {
  const faults = [...s3Faults(given), ...transcriberFaults(e, given)]
  if (e.S3_ENDPOINT && !isOrigin(e.S3_ENDPOINT))
    faults.push('S3_ENDPOINT: must be an origin, without a path or more')
  if (e.RECORDING_KEYS !== undefined && !parseMasterKeys(e.RECORDING_KEYS))
    faults.push('RECORDING_KEYS: must be ID:KEY,…, each key 32 bytes in base64')
  if (given('RECORDING_KEYS') && given('RECORDING_KEYS_FILE'))
    faults.push('RECORDING_KEYS_FILE: cannot be set beside RECORDING_KEYS')
  if (e.PUBLIC_URL && !isOrigin(e.PUBLIC_URL))
    faults.push('PUBLIC_URL: must be an origin, without a path or more')
  if (e.HOST === undefined || loopback(e.HOST)) return faults
  if (e.PUSH_HOSTS?.includes('127.0.0.1'))
    faults.push('PUSH_HOSTS: may name 127.0.0.1 only when HOST is loopback (it is for tests)')
  // Browsers give no microphone to plain http anywhere but on this machine.
  const isWrong = given('PUBLIC_URL') && e.PUBLIC_URL === undefined
  if (!isWrong && URL.parse(e.PUBLIC_URL ?? '')?.protocol !== 'https:')
    faults.push('PUBLIC_URL: must be an https address when HOST is not loopback (calls need it)')
  return faults
}

function readSecrets(file: string | undefined, faults: string[]): Secrets | null {
  if (!file) return null
  try {
    return Secrets.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    faults.push('SECRETS_FILE: cannot be read, or lacks jwtSecret and controlToken of 32 characters or more')
    return null
  }
}
