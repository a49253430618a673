import { createRequire } from 'node:module'

/** By `require`: what an import of it gives depends on whether jest or a test loads this file. */
const require = createRequire(import.meta.url)
const { default: Sequencer } = require('@jest/test-sequencer') as typeof import('@jest/test-sequencer')

/**
 * Longer than their size tells, longest first. Where it remembers no durations, as in a fresh clone, jest starts the largest
 * files first; that of the kills is the second shortest of its stage and takes the longest: started last, such a one runs alone
 * while the other worker idles. Browser tests run one at a time in any case.
 */
export const LONGEST = [
  'server/journeys/main-job.browser.test.ts',
  'sfu/recording/kills.media.test.ts',
  'scripts/start.media.test.ts',
  'server/keeping/erasure.test.ts',
  'server/keeping/rules.test.ts',
  'server/keeping/erased-sound.test.ts',
  'server/keeping/job.service.test.ts',
]

type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0]

/** The order in which test files start: those that take longest first, so that the workers end together. */
export default class TestOrder extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    return longestFirst(await super.sort(tests))
  }
}

/** All others stay in the order in which they are given. */
export function longestFirst<T extends { path: string }>(tests: readonly T[]): T[] {
  return tests.toSorted((one, other) => rank(one.path) - rank(other.path))
}

function rank(path: string): number {
  const place = LONGEST.findIndex((name) => path.endsWith(`/${name}`))
  return place === -1 ? LONGEST.length : place
}
