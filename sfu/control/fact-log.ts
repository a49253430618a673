import type { Fact } from './contract.ts'

export const FACT_LIMIT = 50_000

export type NumberedFact = { no: number; installationId: string; fact: Fact }

/**
 * Facts of this boot, numbered in one row, each kept until a server of its installation has committed it.
 * Over the limit the oldest half goes and the installations that lost something are told to take an inventory.
 */
export class FactLog {
  #last = 0
  #kept: NumberedFact[] = []
  readonly #gaps = new Set<string>()
  readonly #limit: number

  constructor(limit = FACT_LIMIT) {
    this.#limit = limit
  }

  /** Number of the newest fact. */
  get last(): number {
    return this.#last
  }

  add(installationId: string, fact: Fact): NumberedFact {
    const entry = { no: ++this.#last, installationId, fact }
    this.#kept.push(entry)
    if (this.#kept.length > this.#limit) this.#forgetOldest()
    return entry
  }

  /** Forgets and returns what is committed now. */
  ack(installationId: string, upTo: number): Fact[] {
    const done: Fact[] = []
    const others: NumberedFact[] = []
    // In order of their numbers, so only the front is looked at: a long log is acknowledged one by one.
    let front = 0
    for (; front < this.#kept.length; front++) {
      const entry = this.#kept[front]
      if (!entry || entry.no > upTo) break
      if (entry.installationId === installationId) done.push(entry.fact)
      else others.push(entry)
    }
    if (done.length > 0) this.#kept.splice(0, front, ...others)
    return done
  }

  pending(installationId: string): NumberedFact[] {
    return this.#kept.filter((entry) => entry.installationId === installationId)
  }

  /** Whether facts of this installation were dropped since the last call. */
  takeGap(installationId: string): boolean {
    return this.#gaps.delete(installationId)
  }

  #forgetOldest(): void {
    const gone = this.#kept.splice(0, Math.ceil(this.#limit / 2))
    for (const entry of gone) this.#gaps.add(entry.installationId)
  }
}
