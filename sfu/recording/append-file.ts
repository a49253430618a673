import { type FileHandle, open } from 'node:fs/promises'

/** A file that only grows. `append` keeps bytes in memory until `flush`; flushes of one file run in order. */
export class AppendFile {
  readonly #handle: FileHandle
  #held: Uint8Array[] = []
  #tail: Promise<void> = Promise.resolve()
  #closed = false

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  static async open(path: string): Promise<AppendFile> {
    return new AppendFile(await open(path, 'a', 0o600))
  }

  append(bytes: Uint8Array): void {
    this.#held.push(bytes)
  }

  /** Rejects when the disk does not take the bytes (they are lost then). */
  flush(): Promise<void> {
    if (this.#held.length === 0) return this.#tail
    const bytes = Buffer.concat(this.#held)
    this.#held = []
    const write = this.#tail.then(async () => {
      for (let at = 0; at < bytes.length; ) at += (await this.#handle.write(bytes, at)).bytesWritten
    })
    this.#tail = write.catch(() => undefined)
    return write
  }

  /** Writes the rest and closes. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    try {
      await this.flush()
    } finally {
      await this.#handle.close()
    }
  }
}
