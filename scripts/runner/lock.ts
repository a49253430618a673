import { linkSync, renameSync, rmSync } from 'node:fs'
import { hasCode } from './errors.ts'
import { isAlive } from './identity.ts'
import { readRecord, recordOf, writeRecord, type ProcessRecord } from './record.ts'

/** Somebody else holds the lock. */
export class LockHeldError extends Error {
  readonly holder: ProcessRecord

  constructor(path: string, holder: ProcessRecord) {
    super(`Process ${holder.pid} holds it since ${holder.startedAt} (${path})`)
    this.name = 'LockHeldError'
    this.holder = holder
  }
}

export interface Lock {
  /** Gives the lock back. Safe to call twice. */
  release(): void
}

const TRIES = 20

/**
 * Takes the lock file at `path` for this process. A dead holder's lock is taken over: it counts as dead when no process with its
 * number and start time lives, so a reused number does not keep the lock. Throws LockHeldError at once when it is held.
 */
export function acquireLock(path: string): Lock {
  const own = recordOf(process.pid)
  const mine = `${path}.${own.pid}`
  writeRecord(mine, own)
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      if (linkIfFree(mine, path)) return { release: () => releaseOwn(path, own) }
      const holder = readRecord(path)
      if (holder !== undefined && isAlive(holder)) throw new LockHeldError(path, holder)
      moveAside(path, `${mine}.stale`)
    }
    throw new Error(`Could not take the lock ${path}: others keep taking it`)
  } finally {
    rmSync(mine, { force: true })
  }
}

/** A hard link is made whole or not at all, and never over an existing name. */
function linkIfFree(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Moves a dead holder's lock away. Had somebody taken it in the meantime, theirs is put back. */
function moveAside(path: string, aside: string): void {
  try {
    renameSync(path, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  const moved = readRecord(aside)
  if (moved !== undefined && isAlive(moved)) linkIfFree(aside, path)
  rmSync(aside, { force: true })
}

function releaseOwn(path: string, own: ProcessRecord): void {
  const holder = readRecord(path)
  if (holder?.pid === own.pid && holder.startTime === own.startTime) rmSync(path, { force: true })
}
