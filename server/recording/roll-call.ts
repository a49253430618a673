/**
 * Finds recordings of which something is missing in S3, from the list of all objects that a sweep reads anyway: a store gives it
 * in the order of names. Only what is not listed is asked for by itself, so that no list alone makes anything lost. Where next to none
 * is listed it is another place that was listed, as under a wrong prefix: then nothing is asked for, and none is lost.
 */
import { forgetFault, noteFault } from '../backlog/fault.store.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../storage/database.ts'
import { noteLost } from './lost.store.ts'
import { isSilent, type S3 } from './s3.ts'
import { inS3, type Stored } from './stored.store.ts'
import { s3Name } from './vault.ts'

type D = {
  db: Database
  s3: S3
  log: Logger
  /** Of one sweep, at most so many are asked for: what more is missing is found by the next ones. */
  most?: number
}

const STEP = 500
const MOST = 1_000
/** With less than one in so many the store is taken for the wrong one. */
const NEXT_TO_NONE = 100
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const callOf = (name: string): string => name.split('/')[0] ?? ''

export function createRollCall({ db, s3, log, most = MOST }: D) {
  /** Of calls after the last one that was looked at. */
  let listed = new Set<string>()
  let after: string | null = null
  let asked = 0
  /** Of those that are not lost yet: how many there should be, how many the list has anything of, and what it does not have. */
  let [expected, seen] = [0, 0]
  const missed: { callId: string; sealed: string; names: string[] }[] = []
  let missing = 0

  /** Null: not known. */
  async function isThere(callId: string, names: readonly string[]): Promise<boolean | null> {
    for (const name of names) {
      if (asked++ >= most) return null
      try {
        if ((await s3.about(name)) === null) return false
      } catch (err) {
        if (isSilent(err)) throw err
        log.error(
          { err, callId },
          'S3 does not tell whether it has a recording: whether that is lost stays as it was',
        )
        return null
      }
    }
    return true
  }

  async function look({ lost, ...one }: Stored & { lost: boolean }): Promise<void> {
    const { callId, generation: sealed } = one
    const all = one.files.map((file) => s3Name({ ...one, ...file }))
    const names = all.filter((name) => !listed.has(name))
    if (lost) {
      if (names.length === 0) await noteLost(db, { callId, sealed }, null, 's3')
      return
    }
    expected++
    if (names.length < all.length) seen++
    // One more than can be asked for, so that it is told.
    if (names.length === 0 || missing > most) return
    missing += names.length
    missed.push({ callId, sealed, names })
  }

  async function ask(): Promise<void> {
    for (const { names, ...one } of missed) {
      if ((await isThere(one.callId, names)) !== false) continue
      if (await noteLost(db, one, 'sealed', 's3'))
        log.error(
          { callId: one.callId, why: 'sealed' },
          'a recording is lost: S3 does not have all of its objects',
        )
    }
    if (asked > most) log.error({ asked: most }, 'more is missing in S3 than one sweep asks for')
  }

  async function lookBefore(before: string | null): Promise<void> {
    for (;;) {
      const some = await inS3(db, { after, before, limit: STEP })
      for (const one of some) await look(one)
      const last = some.at(-1)
      if (!last) break
      after = last.callId
    }
    listed = new Set(before === null ? [] : [...listed].filter((name) => name >= before))
  }

  return {
    async page(names: readonly string[]): Promise<void> {
      const ours = names.filter((name) => UUID.test(callOf(name)))
      for (const name of ours) listed.add(name)
      const last = ours.at(-1)
      // What of this call is still to come is on the next page.
      if (last !== undefined) await lookBefore(callOf(last))
    },
    /** There is no further page. */
    async end(): Promise<void> {
      await lookBefore(null)
      if (seen * NEXT_TO_NONE >= expected) {
        await forgetFault(db, 'missing')
        return await ask()
      }
      const words = `S3 has ${seen} of ${expected} recordings that were brought there: check S3_PREFIX, S3_BUCKET and S3_ENDPOINT`
      log.error(words)
      await noteFault(db, 'missing', new Error(words))
    },
  }
}
