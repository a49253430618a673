/** What a rule would have taken of what is over already: nothing is put on any list. */
import { sql } from 'kysely'
import { mayKnowOf } from '../access/access.service.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { SampledExample, SamplingBody, SamplingPreview } from '../contract/sampling.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { periodAt, reviewerFor } from './sampling.policy.ts'
import { ableTo, next } from './sampling.service.ts'
import { type Candidate, examplesOf } from './sampling.store.ts'

type D = { db: Database; now: () => Date }

const WEEK = 7 * 86_400_000
const BATCH = 500
/** Further nobody looks, and others would wait. */
const MOST_STEPS = 200
const MOST_TAKEN = 2_000
const MOST_SHOWN = 20
const TIMEOUT_MS = 5_000

/**
 * By the last seven days that are over, or the last week from Monday on where so many of each agent's are taken. Only what the
 * caller may hear, or ask for, is counted and shown.
 */
export async function previewSampling(
  d: D,
  caller: StaffCaller,
  body: SamplingBody,
): Promise<SamplingPreview> {
  const period = lastOf(body, d.now().getTime())
  return await inTransaction(d.db, async (trx) => {
    await sql`select set_config('statement_timeout', ${String(TIMEOUT_MS)}, true)`.execute(trx)
    const { taken, whole } = await wouldTake(trx, body, period)
    const heard = await heardOf(trx, caller, taken)
    const examples = await shown(trx, body, heard.slice(0, MOST_SHOWN))
    return { ...period, taken: heard.length, more: !whole, examples }
  })
}

function lastOf({ take }: SamplingBody, now: number): { from: number; to: number } {
  const { from: to } = periodAt(take, now)
  return { from: to - WEEK, to }
}

async function wouldTake(trx: Transaction, body: SamplingBody, period: { from: number; to: number }) {
  const taken: Candidate[] = []
  let after: string | null = null
  for (let step = 0; step < MOST_STEPS && taken.length < MOST_TAKEN; step++) {
    const found: Awaited<ReturnType<typeof next>> = await next(
      trx,
      { ...period, ruleId: '', body, after },
      BATCH,
    )
    taken.push(...found.candidates)
    after = found.after
    if (after === null) return { taken, whole: true }
  }
  return { taken, whole: false }
}

async function heardOf(trx: Transaction, caller: StaffCaller, all: readonly Candidate[]) {
  const ids = all.map(({ id }) => id)
  const known = await mayKnowOf(trx, caller, ids)
  return all.filter(({ id }) => known.has(id))
}

/** With whom each would be put on whose list. */
async function shown(
  trx: Transaction,
  body: SamplingBody,
  some: readonly Candidate[],
): Promise<SampledExample[]> {
  const placed: (Candidate & { reviewerId: string | null })[] = []
  for (const { id, agentId } of some) {
    const able = await ableTo(trx, body.reviewers, { conversationId: id, agentId })
    placed.push({ id, agentId, reviewerId: reviewerFor(body.seed, able, { id, agentId }) })
  }
  return await examplesOf(trx, placed)
}
