import { expect, it } from '@jest/globals'
import { createBucket, shareBuckets } from './bucket.ts'

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

it('is shared by who holds the same key, until the last lets go', () => {
  const buckets = shareBuckets({ perSecond: 0.001, burst: 1 })
  const [one, two, other] = [buckets('a'), buckets('a'), buckets('b')]
  expect([one.bucket.take(), other.bucket.take()]).toEqual([0, 0])
  expect(two.bucket.take()).toBeGreaterThan(0)
  one.letGo()
  expect(buckets('a').bucket).toBe(two.bucket)
  other.letGo()
  expect(buckets('b').bucket).not.toBe(other.bucket)
})
