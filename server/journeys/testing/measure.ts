/** What the far side heard while something was done to the product, and whether the meter can be believed. */
import { setTimeout as delay } from 'node:timers/promises'
import { voices } from '../../../client/media/testing/voices.ts'
import { STARVED } from '../../../scripts/test-stages.ts'
import type { Heard, MediaEvent } from './ear.ts'
import type { Person } from './people.ts'
import { stepsIn } from './talk.ts'
import { type Hole, longestHole } from './tones.ts'

export type People = { visitor: Person; agent: Person }

/** The longest hole in either ear, and all that happened to either's media. */
export type Measured = { hole: Hole; events: MediaEvent[] }

/** A page whose own clockwork was late by more than this heard nothing that can be relied on. */
const STARVED_MS = 50
const TRIES = 3

/** By its first words `npm test` tells what could not be measured from what is wrong. */
export class InvalidMeasurement extends Error {
  constructor(why: string) {
    super(`${STARVED}: ${why}`)
  }
}

function believe(whose: string, { lags }: Heard, since: number): void {
  const [worst] = lags
  if (!worst || worst.ms <= STARVED_MS) return
  const when = Math.round(worst.at - since)
  throw new InvalidMeasurement(`the ${whose}'s page was late by ${Math.round(worst.ms)} ms, ${when} ms in`)
}

/** What both heard between two moments. Throws `InvalidMeasurement` when a page starved meanwhile. */
export async function whatWasHeard({ visitor, agent }: People, since: number): Promise<Measured> {
  const [atVisitor, atAgent] = await Promise.all([visitor.heard(since), agent.heard(since)])
  believe('visitor', atVisitor, since)
  believe('agent', atAgent, since)
  const holes = [
    longestHole(stepsIn(atVisitor, 'agent'), voices.agent),
    longestHole(stepsIn(atAgent, 'visitor'), voices.visitor),
  ]
  const [hole] = holes.filter((one) => one !== null).toSorted((a, b) => b.ms - a.ms)
  if (!hole || holes.includes(null)) throw new Error('one of them heard nothing')
  return { hole, events: [...atVisitor.events, ...atAgent.events] }
}

const CALM_LOOKS = 5

/** What both heard in the first of a few stretches, in which nothing is done, that could be measured. */
export const undisturbed = (people: People, ms = 3_000): Promise<Measured> =>
  valid(
    async () => {
      const since = Date.now()
      await delay(ms)
      return await whatWasHeard(people, since)
    },
    undefined,
    CALM_LOOKS,
  )

const QUIET_LOOKS = 20
const QUIET_MS = 1_000

/** Waits for a second in which the pages keep time. If none comes, the measurement itself will say so. */
async function quiet(people: Partial<People>): Promise<void> {
  for (let look = 0; look < QUIET_LOOKS; look++) {
    const since = Date.now()
    await delay(QUIET_MS)
    const heard = await Promise.all(Object.values(people).map((one) => one.heard(since)))
    if (heard.every(({ lags: [worst] }) => !worst || worst.ms <= STARVED_MS)) return
  }
}

/**
 * Measures again where the meter starved, up to three `tries`; then the invalid measurement is the failure of the test.
 * With `people` each try waits for a quiet moment of their pages.
 */
export async function valid<T>(
  measure: () => Promise<T>,
  people?: Partial<People>,
  tries = TRIES,
): Promise<T> {
  for (let left = tries - 1; ; left--) {
    if (people) await quiet(people)
    try {
      return await measure()
    } catch (error) {
      if (!(error instanceof InvalidMeasurement) || left <= 0) throw error
      process.stdout.write(`    measured again: ${error.message}\n`)
    }
  }
}

/** Figures of a journey, for whoever reads the output. */
export function tell(what: string, figures: Record<string, number>): void {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${Math.round(value)} ms`)
  process.stdout.write(`    ${what}: ${text.join(', ')}\n`)
}
