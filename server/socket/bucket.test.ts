import { expect, it } from '@jest/globals'
import { createBucket } from './bucket.ts'

it('lets a burst pass, then as many as the rate refills', () => {
  let now = 0
  const bucket = createBucket({ perSecond: 10, burst: 3 }, () => now)
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 0])
  expect(bucket.take()).toBe(100)
  now = 100
  expect(bucket.take()).toBe(0)
  expect(bucket.take()).toBeGreaterThan(0)
  now = 10_000
  expect(
    [bucket.take(), bucket.take(), bucket.take(), bucket.take()].filter((wait) => wait === 0),
  ).toHaveLength(3)
})
