/** Chance that can be repeated: everything drawn follows from the seed. */

/** Read once: looked up each time, in a test's own context, they cost more than what they do. */
const { cos, exp, imul, log, PI, sqrt } = Math

export type Random = {
  /** Evenly in [0, 1). */
  next(): number
  exponential(mean: number): number
  /** By its mean and standard deviation. */
  lognormal(mean: number, deviation: number): number
  chance(share: number): boolean
  /** A generator of its own, the same each time for the same name. */
  fork(name: string): Random
}

/** xoshiro128** of Blackman and Vigna ("Scrambled linear pseudorandom number generators", 2018), seeded by a mixed counter. */
export function createRandom(seed: number): Random {
  let a = mix(seed)
  let b = mix(seed + 1)
  let c = mix(seed + 2)
  let d = mix(seed + 3)
  const word = (): number => {
    const scrambled = imul(rotate(imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return scrambled
  }
  // 53 bits, so that long runs do not repeat values more often than a double allows.
  const next = () => ((word() >>> 5) * 67_108_864 + (word() >>> 6)) / 9_007_199_254_740_992
  const exponential = (mean: number) => -mean * log(1 - next())
  return {
    next,
    exponential,
    lognormal(mean, deviation) {
      const variance = log(1 + (deviation / mean) ** 2)
      const normal = sqrt(-2 * log(1 - next())) * cos(2 * PI * next())
      return mean * exp(sqrt(variance) * normal - variance / 2)
    },
    chance: (share) => share > 0 && next() < share,
    fork: (name) => createRandom([...name].reduce((sum, char) => mix(sum ^ char.charCodeAt(0)), mix(seed))),
  }
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

/** Scatters neighbouring numbers over all 32 bits; every step can be undone, so no two are thrown together. */
function mix(value: number): number {
  let word = (value + 0x9e3779b9) | 0
  word = imul(word ^ (word >>> 16), 0x21f0aaad)
  word = imul(word ^ (word >>> 15), 0x735a2d97)
  return word ^ (word >>> 15)
}
