import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from './errors.ts'
import { type ProcessIdentity, signal } from './identity.ts'
import { type ChildPlan, type RunningChild, startChild, stopProcess } from './child.ts'

const BACKOFF_FIRST_MS = 100
const BACKOFF_LAST_MS = 5_000
/** A process that lived so long starts again without waiting longer than at first. */
const SETTLED_MS = 10_000

export interface KeeperOptions {
  plan: ChildPlan
  /** A process left by an earlier runner, to begin with. */
  adopted?: RunningChild
  /** Runs before each start; a failure counts as a failed start. */
  prepare?: () => Promise<void>
  report: (text: string) => void
}

/** Keeps one process running until it is told to stop: starts it again, a little later each time, for ever. */
export class Keeper {
  readonly #options: KeeperOptions
  readonly #stopping = new AbortController()
  #current: RunningChild | undefined
  #done: Promise<void> | undefined
  #ends = 0

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#current = options.adopted
  }

  get name(): string {
    return this.#options.plan.name
  }

  /** How often it has ended or not started without being told to stop. */
  get ends(): number {
    return this.#ends
  }

  get log(): string {
    return this.#options.plan.log
  }

  /** The process that runs now. */
  get process(): ProcessIdentity | undefined {
    return this.#current?.identity
  }

  /** Begins; settled when the process runs for the first time or could not be started once. */
  async start(): Promise<void> {
    await this.#launch()
    this.#done = this.#keep()
  }

  /** Stops the process in good order, by its signal and within its time. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#stopCurrent()
    await this.#done
    // A start that was under way when we were told to stop.
    await this.#stopCurrent()
  }

  /** Ends the process at once. */
  kill(name: NodeJS.Signals): void {
    this.#stopping.abort()
    if (this.#current !== undefined) signal(this.#current.identity, name, name === 'SIGKILL')
  }

  async #stopCurrent(): Promise<void> {
    if (this.#current === undefined) return
    const { plan, report } = this.#options
    const killed = await stopProcess(this.#current.identity, plan)
    this.#current = undefined
    report(
      killed ? `${plan.name} did not stop in ${plan.stopMs / 1000} s and was killed` : `${plan.name} stopped`,
    )
  }

  async #keep(): Promise<void> {
    const { plan, report } = this.#options
    let backoff = BACKOFF_FIRST_MS
    while (!this.#stopping.signal.aborted) {
      const since = performance.now()
      const how = this.#current === undefined ? 'it did not start' : await this.#current.ended
      this.#current = undefined
      if (this.#stopping.signal.aborted) return
      this.#ends++
      if (performance.now() - since > SETTLED_MS) backoff = BACKOFF_FIRST_MS
      report(`${plan.name} ended (${how}), starting it again in ${backoff} ms; its log is ${plan.log}`)
      await this.#pause(backoff)
      backoff = Math.min(backoff * 2, BACKOFF_LAST_MS)
      await this.#launch()
    }
  }

  /** Waits, but not longer than until we are told to stop. */
  async #pause(ms: number): Promise<void> {
    const { signal: stopping } = this.#stopping
    await delay(ms, undefined, { signal: stopping }).catch((error: unknown) => {
      if (!stopping.aborted) throw error
    })
  }

  async #launch(): Promise<void> {
    if (this.#current !== undefined || this.#stopping.signal.aborted) return
    const { plan, prepare, report } = this.#options
    try {
      await prepare?.()
      this.#current = await startChild(plan)
      report(`${plan.name} runs as process ${this.#current.identity.pid}`)
    } catch (error) {
      report(`${plan.name} could not be started: ${messageOf(error)}`)
    }
  }
}
