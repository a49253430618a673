import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { identify, isAlive, type ProcessIdentity } from './identity.ts'

/** What `DATA_DIR/run/NAME.json` says of a running process. */
export interface ProcessRecord extends ProcessIdentity {
  /** ISO 8601 */
  startedAt: string
  /** Fingerprint of the settings it was started with. */
  settings?: string
}

/** A record of the living process `pid`. Throws when it is gone. */
export function recordOf(pid: number, settings?: string): ProcessRecord {
  const identity = identify(pid)
  if (identity === undefined) throw new Error(`Process ${pid} is gone`)
  return { ...identity, startedAt: new Date().toISOString(), settings }
}

export function writeRecord(path: string, record: ProcessRecord): void {
  writeFileAtomically(path, `${JSON.stringify(record)}\n`)
}

/** The record at `path`; undefined when there is none or it is not one. */
export function readRecord(path: string): ProcessRecord | undefined {
  if (!existsSync(path)) return undefined
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isRecord(value) ? value : undefined
  } catch {
    // Half a file, or gone in between: nothing to go by, as if there were none.
    return undefined
  }
}

/** The record at `path` if its process lives. */
export function livingRecord(path: string): ProcessRecord | undefined {
  const record = readRecord(path)
  return record !== undefined && isAlive(record) ? record : undefined
}

export function removeRecord(path: string): void {
  rmSync(path, { force: true })
}

/** Replaces a file, readable by its owner only, so that a reader sees the old or the new one whole. */
export function writeFileAtomically(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text, { mode: 0o600 })
  renameSync(temporary, path)
}

function isRecord(value: unknown): value is ProcessRecord {
  if (typeof value !== 'object' || value === null) return false
  const { pid, startTime, startedAt } = value as Partial<Record<keyof ProcessRecord, unknown>>
  return typeof pid === 'number' && typeof startTime === 'string' && typeof startedAt === 'string'
}
