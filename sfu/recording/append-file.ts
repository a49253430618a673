import { type FileHandle, open } from 'node:fs/promises'
import { nodeNow } from '../clock.ts'

/** A write that has not come back for so long, or behind which so many bytes wait, counts as one that failed. */
const LONGEST_WRITE_MS = 10_000
const MOST_WAITING = 2 * 1024 * 1024

/** A file that only grows. `append` keeps bytes in memory until `flush`; flushes of one file run in order. */
export class AppendFile {
  readonly #handle: FileHandle
  readonly #keeps: boolean
  #held: Uint8Array[] = []
  /** Bytes that the disk has not taken yet, those under way among them. */
  #waiting = 0
  #writingSince: number | null = null
  #size: number
  #tail: Promise<void> = Promise.resolve()
  /** The write whose turn is still to come: it takes whatever is held by then. */
  #next: Promise<void> | null = null
  /** Up to where the file would outlive the machine. */
  #synced: number
  #closed = false

  private constructor(handle: FileHandle, size: number, keeps: boolean) {
    this.#handle = handle
    this.#size = size
    this.#synced = size
    this.#keeps = keeps
  }

  /** `keeps`: what the disk did not take is tried again with the next flush, instead of being lost. */
  static async open(path: string, { keeps = false } = {}): Promise<AppendFile> {
    const handle = await open(path, 'a', 0o600)
    const { size } = await handle.stat()
    return new AppendFile(handle, size, keeps)
  }

  get waiting(): number {
    return this.#waiting
  }

  append(bytes: Uint8Array): void {
    this.#held.push(bytes)
    this.#waiting += bytes.length
  }

  /**
   * Rejects when the disk does not take the bytes; unless they are to be kept, also when it does not answer. Then whoever appends is to
   * stop: what is held waits on, and is written should the disk come back.
   */
  flush(): Promise<void> {
    if (!this.#keeps && this.#hangs()) return Promise.reject(new Error('the disk does not answer'))
    return this.#flush()
  }

  #hangs(): boolean {
    if (this.#writingSince === null) return false
    return this.#waiting > MOST_WAITING || nodeNow() - this.#writingSince > LONGEST_WRITE_MS
  }

  #flush(): Promise<void> {
    if (this.#held.length === 0) return this.#tail
    if (this.#next !== null) return this.#next
    const write = this.#tail.then(() => {
      this.#next = null
      return this.#write()
    })
    this.#next = write
    this.#tail = write.catch(() => undefined)
    return write
  }

  /** What has been flushed outlives the machine when this resolves. Rejects when the disk fails. */
  async sync(): Promise<void> {
    await this.#tail
    if (!this.#closed) await this.#sync()
  }

  async #sync(): Promise<void> {
    const size = this.#size
    if (size === this.#synced) return
    await this.#handle.datasync()
    this.#synced = size
  }

  async #write(): Promise<void> {
    if (this.#held.length === 0) return
    const bytes = Buffer.concat(this.#held)
    this.#held = []
    this.#writingSince = nodeNow()
    try {
      for (let at = 0; at < bytes.length; ) at += (await this.#handle.write(bytes, at)).bytesWritten
      this.#size += bytes.length
      this.#waiting -= bytes.length
    } catch (error) {
      // A part of it may be there: what comes next must not stand behind the half of something.
      await this.#handle.truncate(this.#size).catch(() => undefined)
      if (this.#keeps) this.#held.unshift(bytes)
      else this.#waiting -= bytes.length
      throw error
    } finally {
      this.#writingSince = null
    }
  }

  /** Writes the rest for good and closes. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    try {
      await this.#flush()
      await this.#sync()
    } finally {
      await this.#handle.close()
    }
  }
}
