import { nodeNow } from '../clock.ts'

/** A task that takes so long, or behind which so many bytes wait, is one whose disk does not answer. */
const LONGEST_TASK_MS = 10_000
const MOST_WAITING = 1024 * 1024

/** Answers nothing where there is nothing to wait for. */
type Task = () => Promise<void> | undefined
type Waiting = { task: Task; bytes: number }

/** Tasks one after another, in the order in which they were asked for; at once while there is nothing to wait for. */
export class BoundedLine {
  readonly #onError: (error: unknown) => void
  readonly #queue: Waiting[] = []
  #waiting = 0
  #busy = false
  /** Of the task that is waited for. */
  #since: number | null = null

  /** `onError`: told of each task that fails; those after it go on. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Resolves when all that was asked for so far is done. */
  get done(): Promise<void> {
    return new Promise((resolve) => {
      this.run(() => {
        resolve()
        return undefined
      })
    })
  }

  /** Nothing more that holds bytes is to be put behind what waits here already. */
  get stuck(): boolean {
    if (this.#waiting > MOST_WAITING) return true
    return this.#since !== null && nodeNow() - this.#since > LONGEST_TASK_MS
  }

  /** `bytes`: what the task holds until it is done. */
  run(task: Task, bytes = 0): void {
    this.#waiting += bytes
    this.#queue.push({ task, bytes })
    if (!this.#busy) this.#advance()
  }

  #advance(): void {
    this.#busy = true
    this.#since = null
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { task, bytes } = next
      const done = this.#begin(task)
      if (done !== undefined) {
        this.#since = nodeNow()
        void done.catch(this.#onError).then(() => {
          this.#waiting -= bytes
          this.#advance()
        })
        return
      }
      this.#waiting -= bytes
    }
    this.#busy = false
  }

  #begin(task: Task): Promise<void> | undefined {
    try {
      return task()
    } catch (error) {
      this.#onError(error)
      return undefined
    }
  }
}
