import type { types } from 'mediasoup'
import { withDeadline } from '../deadline.ts'

/** A consumer that is paused as it was last wished: it knows of no wish whose answer is still on its way. */
export class SteadyPause {
  readonly #consumer: Pick<types.Consumer, 'closed' | 'paused' | 'pause' | 'resume'>
  /** Unknown after one that was not answered in time. */
  #paused: boolean | null
  #turn: Promise<void> = Promise.resolve()

  constructor(consumer: Pick<types.Consumer, 'closed' | 'paused' | 'pause' | 'resume'>) {
    this.#consumer = consumer
    this.#paused = consumer.paused
  }

  /** One after another. Rejects when the worker does not answer. */
  set(paused: boolean): Promise<void> {
    const done = this.#turn.then(() => this.#make(paused))
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #make(paused: boolean): Promise<void> {
    if (this.#consumer.closed || paused === this.#paused) return
    this.#paused = null
    if (paused) await withDeadline(this.#consumer.pause(), 'pause (recorder)')
    else await withDeadline(this.#consumer.resume(), 'resume (recorder)')
    this.#paused = paused
  }
}
