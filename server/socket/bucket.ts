export type Bucket = {
  /** 0 when the request may pass, else ms until the next one may. */
  take(): number
}

/** A token bucket: `burst` at once, refilled at `perSecond`. `now` in ms. */
export function createBucket(
  { perSecond, burst }: { perSecond: number; burst: number },
  now: () => number = () => performance.now(),
): Bucket {
  let tokens = burst
  let at = now()
  return {
    take() {
      const time = now()
      tokens = Math.min(burst, tokens + ((time - at) / 1000) * perSecond)
      at = time
      if (tokens < 1) return Math.ceil(((1 - tokens) / perSecond) * 1000)
      tokens -= 1
      return 0
    },
  }
}

/**
 * One bucket for all who hold the same key at a time; the last of them who lets go takes it along. A key that is held
 * thirty times lets no more pass than one that is held once.
 */
export function shareBuckets(rate: {
  perSecond: number
  burst: number
}): (key: string) => { bucket: Bucket; letGo(): void } {
  const held = new Map<string, { bucket: Bucket; holders: number }>()
  return (key) => {
    const one = held.get(key) ?? { bucket: createBucket(rate), holders: 0 }
    held.set(key, one)
    one.holders++
    return {
      bucket: one.bucket,
      letGo() {
        one.holders--
        if (one.holders === 0) held.delete(key)
      },
    }
  }
}
