export type Flushable = {
  flush(): Promise<void>
  /** It cannot be written any more; it has left the rhythm already. */
  onWriteFailed?(): void
  /** Stays in the rhythm when it cannot be written: it keeps what the disk did not take. */
  readonly lasting?: boolean
}

/** With packets waiting 250 ms at most for their order, this keeps the loss of a killed node below a second. */
const EVERY_MS = 250

/** Writes what many files hold, all in one rhythm. */
export class Flusher {
  readonly #files = new Set<Flushable>()
  #timer: NodeJS.Timeout | null = null
  readonly #onError: (error: unknown) => void

  /** `onError`: told of every write that fails. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  add(file: Flushable): void {
    this.#files.add(file)
    this.#timer ??= setInterval(() => this.#round(), EVERY_MS)
  }

  remove(file: Flushable): void {
    this.#files.delete(file)
    if (this.#files.size > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  #round(): void {
    for (const file of this.#files) file.flush().catch((error: unknown) => this.#failed(file, error))
  }

  #failed(file: Flushable, error: unknown): void {
    if (!this.#files.has(file)) return
    if (file.lasting !== true) this.remove(file)
    this.#onError(error)
    file.onWriteFailed?.()
  }
}
