export type Flushable = {
  flush(): Promise<void>
  /** What has been flushed outlives the machine when this resolves. */
  sync(): Promise<void>
  /** It cannot be written any more; it has left the rhythm already. */
  onWriteFailed?(): void
  /** Stays in the rhythm when it cannot be written: it keeps what the disk did not take. */
  readonly lasting?: boolean
}

/** Packets wait for their order until the first round after 250 ms: of a killed node less than a second is lost. */
const EVERY_MS = 375
/** Each second round what was written is synced: less than a second is lost where the power fails. More often costs more than writing. */
const SYNC_ROUNDS = 2
/** Of the threads that do a process' file work some stay free to write, however slow the disk syncs. */
const SYNCS_AT_ONCE = 2

/** Writes what many files hold, all in one rhythm. */
export class Flusher {
  readonly #files = new Set<Flushable>()
  readonly #beforeRounds = new Set<() => void>()
  #timer: NodeJS.Timeout | null = null
  #rounds = 0
  /** Those whose turn to be synced is still to come. */
  readonly #unsynced = new Set<Flushable>()
  #syncing = 0
  readonly #onError: (error: unknown) => void

  /** `onError`: told of every write that fails. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  add(file: Flushable): void {
    this.#files.add(file)
    this.#begin()
  }

  remove(file: Flushable): void {
    this.#files.delete(file)
    this.#unsynced.delete(file)
    this.#end()
  }

  /** Makes the work before each round until what is answered is called: what it gives to a file is written in that round. */
  beforeRounds(work: () => void): () => void {
    this.#beforeRounds.add(work)
    this.#begin()
    return () => {
      this.#beforeRounds.delete(work)
      this.#end()
    }
  }

  #begin(): void {
    this.#timer ??= setInterval(() => this.#round(), EVERY_MS)
  }

  #end(): void {
    if (this.#files.size + this.#beforeRounds.size > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  #round(): void {
    for (const work of this.#beforeRounds) work()
    for (const file of this.#files) file.flush().catch((error: unknown) => this.#failed(file, error))
    if (++this.#rounds % SYNC_ROUNDS !== 0) return
    for (const file of this.#files) this.#unsynced.add(file)
    while (this.#syncing < SYNCS_AT_ONCE && this.#unsynced.size > 0) void this.#syncOn()
  }

  async #syncOn(): Promise<void> {
    this.#syncing += 1
    for (const file of this.#unsynced) {
      this.#unsynced.delete(file)
      await file.sync().catch((error: unknown) => this.#failed(file, error))
    }
    this.#syncing -= 1
  }

  #failed(file: Flushable, error: unknown): void {
    if (!this.#files.has(file)) return
    if (file.lasting !== true) this.remove(file)
    this.#onError(error)
    file.onWriteFailed?.()
  }
}
