import { statfs } from 'node:fs/promises'
import type { Log } from '../log.ts'

const EVERY_MS = 5_000
/** Whoever waits for room looks more often. */
const FULL_EVERY_MS = 1_000
/** So much more than the floor must be free before it is written again: room that comes and goes is none. */
const AGAIN = 1.25
/** Where no floor is wished for: what some seconds of a few calls need. */
const LEAST_FREE = 4 * 1024 * 1024

export type DiskWatchOptions = { folder: string; floorBytes: number; log: Log }

/** Whether there is room for recordings: what else lives on the disk, the database above all, must not run out of it. */
export class DiskWatch {
  readonly #options: DiskWatchOptions
  readonly #listeners = new Set<(full: boolean) => void>()
  #full = false
  #timer: NodeJS.Timeout | null = null
  #stopped = false

  constructor(options: DiskWatchOptions) {
    this.#options = options
  }

  get full(): boolean {
    return this.#full
  }

  /** Looks once, then in its rhythm. */
  async start(): Promise<void> {
    await this.#look()
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#listeners.clear()
  }

  onChange(listener: (full: boolean) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A write has failed. True when that was for want of room. */
  failed(error: unknown): boolean {
    if (!isFull(error)) return false
    this.#set(true)
    return true
  }

  async #look(): Promise<void> {
    const free = await this.#free()
    const { floorBytes } = this.#options
    if (free !== null) {
      const wanted = this.#full ? Math.max(floorBytes * AGAIN, LEAST_FREE) : floorBytes
      if (this.#full ? free >= wanted : free < wanted) this.#set(!this.#full, free)
    }
    if (this.#stopped) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), this.#full ? FULL_EVERY_MS : EVERY_MS)
    this.#timer.unref()
  }

  #set(full: boolean, free?: number): void {
    if (full === this.#full || this.#stopped) return
    this.#full = full
    const { log, folder } = this.#options
    if (full) log.error({ folder, free }, 'no room for recordings: calls go on unrecorded')
    else log.info({ folder, free }, 'there is room for recordings again')
    for (const listener of this.#listeners) listener(full)
    if (full && this.#timer !== null) {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => void this.#look(), FULL_EVERY_MS)
      this.#timer.unref()
    }
  }

  /** Null: not to be learned; nothing follows from that. */
  async #free(): Promise<number | null> {
    try {
      const { bavail, bsize } = await statfs(this.#options.folder)
      return bavail * bsize
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#options.log.warn({ err: error }, 'the free space of the recordings cannot be read')
      }
      return null
    }
  }
}

const fullCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Also where it lies deeper: what failed is told as the cause of a recording's failure. */
function isFull(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return fullCodes.has(code) || isFull(cause)
}
