import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { writeFileAtomically } from './record.ts'

/** The keys that `secrets.json` holds: each 32 random bytes, base64url. */
const NAMES = ['jwtSecret', 'controlToken'] as const

export type Secrets = Record<(typeof NAMES)[number], string>

/** Reads the secrets at `path`, making those that are missing. The file is its owner's alone (0600). */
export function ensureSecrets(path: string): Secrets {
  const known: Partial<Secrets> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  const missing = NAMES.filter((name) => typeof known[name] !== 'string')
  const made = Object.fromEntries(missing.map((name) => [name, randomBytes(32).toString('base64url')]))
  const secrets = { ...known, ...made } as Secrets
  if (missing.length > 0) writeFileAtomically(path, `${JSON.stringify(secrets, undefined, 2)}\n`)
  chmodSync(path, 0o600)
  return secrets
}
