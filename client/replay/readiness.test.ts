import { describe, expect, it } from '@jest/globals'
import { isReady } from './readiness.ts'
import { Tape } from './testing/tape.ts'

describe('an element', () => {
  it.each([
    ['with what comes next', {}, true],
    ['that seeks', { seeking: true }, false],
    ['that has but its first picture', { readyState: 2, networkState: 2 }, false],
    ['that fetches nothing until it plays', { readyState: 1, networkState: 1 }, true],
    ['that has come and was not read yet', { readyState: 0, networkState: 1, duration: Number.NaN }, false],
    ['at its end', { readyState: 2, networkState: 2, currentTime: 20 }, true],
    ['that is broken', { readyState: 0, networkState: 3, error: { code: 4 } as MediaError }, true],
    ['of which nothing is known yet', { readyState: 0, networkState: 2, duration: Number.NaN }, false],
  ])('%s can go on: %o %s', (_, state, ready) => {
    expect(isReady(Object.assign(new Tape(20), state))).toBe(ready)
  })
})
