const { timeOrigin } = performance

/** The node's clock: milliseconds that only move forward, anchored to the wall clock once at the process's start. */
export function nodeNow(): number {
  return timeOrigin + performance.now()
}

const WINDOW = 30

/**
 * Maps the node's clock to the clock of one installation's servers. Every exchange says "it is at least this late at
 * the server"; the largest offset of the last exchanges had the shortest way, so it is the best one.
 */
export class ServerClock {
  readonly #samples: number[] = []

  /** `serverMs`: the server's time when it sent; `atNodeMs`: the node's time when it came. */
  observe(serverMs: number, atNodeMs: number = nodeNow()): void {
    this.#samples.push(serverMs - atNodeMs)
    if (this.#samples.length > WINDOW) this.#samples.shift()
  }

  /** Server minus node, in ms; 0 until a server spoke. */
  get offset(): number {
    return this.#samples.length === 0 ? 0 : Math.max(...this.#samples)
  }

  toServer(nodeMs: number): number {
    return nodeMs + this.offset
  }

  now(): number {
    return this.toServer(nodeNow())
  }
}
