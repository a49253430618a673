import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Inspector } from '../testing/inspector.ts'
import { type Mutant, mutants } from '../testing/mutants.ts'
import { smallScenario } from '../testing/small-scenario.ts'
import { simulate } from './simulation.ts'

/** Broken promises in one simulated floor. */
function faultsOf(seed: number, policyOf?: Mutant): string[] {
  const scenario = smallScenario(seed)
  const inspector = new Inspector(scenario)
  try {
    simulate(scenario, inspector.watcher, policyOf)
    inspector.close()
  } catch (error) {
    // The simulator may not know how to go on after a broken promise.
    if (inspector.faults.length === 0) throw error
  }
  return inspector.faults.map(({ rule, at, what }) => `${rule}: ${what} (${at} ms)`)
}

const SEEDS = 20_000

it(`keeps every promise on ${SEEDS} floors`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const faults = faultsOf(seed)
      if (faults.length > 0) throw new Error(faults.join('\n'))
    }),
    { numRuns: SEEDS },
  )
}, 240_000)

describe('a policy that', () => {
  it.each(Object.keys(mutants))('%s is found out', (name) => {
    const found = () => {
      for (let seed = 0; seed < 2000; seed++) if (faultsOf(seed, mutants[name]).length > 0) return seed
      return null
    }
    expect(found()).not.toBeNull()
  })
})
