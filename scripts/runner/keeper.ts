import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from './errors.ts'
import { type ProcessIdentity, signal } from './identity.ts'
import { type ChildPlan, type RunningChild, startChild, stopProcess } from './child.ts'

/** The least that is waited before it is started again. */
const PAUSE_MS = 100
/** The least between two starts, after many deaths in a row. */
const APART_MS = 5_000
/** A process that lived so long did not die of its start. */
const SETTLED_MS = 10_000

export interface KeeperOptions {
  plan: ChildPlan
  /** A process left by an earlier runner, to begin with. */
  adopted?: RunningChild
  /** Runs before each start; a failure counts as a failed start. */
  prepare?: () => Promise<void>
  report: (text: string) => void
}

/** Keeps one process running until it is told to stop: starts it again, for ever, less and less often while it does not last. */
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
    let apart = PAUSE_MS
    while (!this.#stopping.signal.aborted) {
      const since = performance.now()
      const how = this.#current === undefined ? 'it did not start' : await this.#current.ended
      this.#current = undefined
      if (this.#stopping.signal.aborted) return
      this.#ends++
      const lived = performance.now() - since
      if (lived > SETTLED_MS) apart = PAUSE_MS
      // What it lived counts: people in a call wait for it, and only one that dies of its start must not be started without end.
      const pause = Math.round(Math.max(PAUSE_MS, apart - lived))
      report(`${plan.name} ended (${how}), starting it again in ${pause} ms; its log is ${plan.log}`)
      await this.#pause(pause)
      apart = Math.min(apart * 2, APART_MS)
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
