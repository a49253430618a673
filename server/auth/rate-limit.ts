/**
 * Limits on rate, kept in memory: they protect this process, and a restart may forget them. An address may stand for
 * a whole office behind one NAT, so limits by address are wide and only stop floods; those by subject (a login, a
 * visitor) are tight.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '../contract/errors.ts'

export type Rate = { points: number; seconds: number }

export const defaultRates = {
  /** Every request that asks the database, by address. */
  api: { points: 6_000, seconds: 60 },
  /** By address: sockets opened, and who is to be let in by one; a browser that comes does each once. */
  handshake: { points: 12_000, seconds: 60 },
  /** Strangers who ask for a visitor's session, by address and site. */
  newVisitor: { points: 5_000, seconds: 600 },
  /** Signed-in callers' requests, by visitor or person. */
  subject: { points: 600, seconds: 60 },
  /** Wrong passwords: one login from one address, one login from anywhere, one address, since each costs much to check. */
  signInPair: { points: 5, seconds: 900 },
  signInLogin: { points: 50, seconds: 3_600 },
  signInAddress: { points: 100, seconds: 900 },
  identify: { points: 20, seconds: 60 },
  /** Codes for further windows, by visitor. */
  code: { points: 10, seconds: 60 },
  /** A guest's link opened, by the link: nobody finds another by trying. */
  guestLink: { points: 60, seconds: 600 },
  /** Pages of what is found, by person. */
  search: { points: 180, seconds: 60 },
  /** Conversations taken away as files, by person. */
  package: { points: 60, seconds: 3_600 },
  /** Clips made, by person; opened, by the link, which a whole team may have; their media, by viewing. */
  clip: { points: 60, seconds: 3_600 },
  clipLink: { points: 300, seconds: 600 },
  clipMedia: { points: 600, seconds: 600 },
  /** Tests of a connection, by person. */
  loop: { points: 8, seconds: 60 },
  /** Browsers that begin to be told by push, by visitor or person; and what they are told. */
  subscribe: { points: 30, seconds: 3_600 },
  push: { points: 30, seconds: 60 },
  upload: { points: 60, seconds: 600 },
  /** Bytes uploaded, by visitor or person and by address. */
  uploadBytes: { points: 300_000_000, seconds: 600 },
  uploadBytesAddress: { points: 3_000_000_000, seconds: 600 },
} satisfies Record<string, Rate>

export type RateName = keyof typeof defaultRates
export type Rates = Record<RateName, Rate>
export type RateLimits = {
  /** Counts `points`, one by default; throws `tooMany` with the time to wait. */
  take(name: RateName, subject: string, points?: number): Promise<void>
  /** Takes `points` back, one by default: it was no failure, or less than was thought. */
  giveBack(name: RateName, subject: string, points?: number): Promise<void>
}

export function createRateLimits(rates: Rates): RateLimits {
  const limiters = new Map(
    Object.entries(rates).map(([name, { points, seconds }]) => [
      name,
      new RateLimiterMemory({ keyPrefix: name, points, duration: seconds }),
    ]),
  )
  const limiter = (name: RateName): RateLimiterMemory => {
    const found = limiters.get(name)
    if (!found) throw new Error(`no rate ${name}`)
    return found
  }
  return {
    async take(name, subject, points = 1) {
      await limiter(name)
        .consume(subject, points)
        .catch((refused: unknown) => {
          if (!(refused instanceof RateLimiterRes)) throw refused
          throw new AppError('tooMany', 'Too many requests', { retryAfterMs: refused.msBeforeNext })
        })
    },
    async giveBack(name, subject, points = 1) {
      const counted = await limiter(name).get(subject)
      // Of a time that is over nothing counts any more, and nothing may be saved up from it.
      if (counted) await limiter(name).reward(subject, Math.min(points, Math.max(counted.consumedPoints, 0)))
    },
  }
}
