import { type FileHandle, open } from 'node:fs/promises'

/** A file that only grows. `append` keeps bytes in memory until `flush`; flushes of one file run in order. */
export class AppendFile {
  readonly #handle: FileHandle
  readonly #keeps: boolean
  #held: Uint8Array[] = []
  #size: number
  #tail: Promise<void> = Promise.resolve()
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

  append(bytes: Uint8Array): void {
    this.#held.push(bytes)
  }

  /** Rejects when the disk does not take the bytes. */
  flush(): Promise<void> {
    if (this.#held.length === 0) return this.#tail
    const write = this.#tail.then(() => this.#write())
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
    try {
      for (let at = 0; at < bytes.length; ) at += (await this.#handle.write(bytes, at)).bytesWritten
      this.#size += bytes.length
    } catch (error) {
      // A part of it may be there: what comes next must not stand behind the half of something.
      await this.#handle.truncate(this.#size).catch(() => undefined)
      if (this.#keeps) this.#held.unshift(bytes)
      throw error
    }
  }

  /** Writes the rest for good and closes. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    try {
      await this.flush()
      await this.#sync()
    } finally {
      await this.#handle.close()
    }
  }
}
