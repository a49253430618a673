import { nodeNow } from '../clock.ts'

/** A task that takes so long, or behind which so many bytes wait, is one whose disk does not answer. */
const LONGEST_TASK_MS = 10_000
const MOST_WAITING = 1024 * 1024

/** Tasks one after another, in the order in which they were asked for. */
export class BoundedLine {
  readonly #onError: (error: unknown) => void
  #tail: Promise<void> = Promise.resolve()
  #waiting = 0
  #since: number | null = null

  /** `onError`: told of each task that fails; those after it go on. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Resolves when all that was asked for so far is done. */
  get done(): Promise<void> {
    return this.#tail
  }

  /** Nothing more that holds bytes is to be put behind what waits here already. */
  get stuck(): boolean {
    if (this.#waiting > MOST_WAITING) return true
    return this.#since !== null && nodeNow() - this.#since > LONGEST_TASK_MS
  }

  /** `bytes`: what the task holds until it is done. */
  run(task: () => Promise<void>, bytes = 0): void {
    this.#waiting += bytes
    this.#tail = this.#tail.then(() => this.#make(task, bytes))
  }

  async #make(task: () => Promise<void>, bytes: number): Promise<void> {
    this.#since = nodeNow()
    try {
      await task()
    } catch (error) {
      this.#onError(error)
    } finally {
      this.#since = null
      this.#waiting -= bytes
    }
  }
}
