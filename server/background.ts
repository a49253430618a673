/** Deadlines live in rows; this looks at them. One pass at a time, and a pass that fails is tried again. */
import { sealAttachments } from './attachment/seal.service.ts'
import { linkEntries } from './audit/chain.service.ts'
import { sweepGone } from './agent/presence.service.ts'
import { expireWrapUps } from './wrap-up/wrap-up.service.ts'
import { expireCalls } from './call/call.service.ts'
import { applyFact, forgetFacts } from './call/fact.service.ts'
import type { MediaNodeEvents } from './call/media-node.ts'
import { applyCall } from './call/media.service.ts'
import { remindOfPauses } from './pause/pause.service.ts'
import { expireSeats, type RecoveryDeps, reconcile, tellMoved } from './call/recovery.service.ts'
import type { EventType } from './conversation/conversation.ts'
import { clockOf } from './conversation/conversation.store.ts'
import { sweepHttp } from './http/sweep.ts'
import { expireInvitations } from './invitation/invitation.service.ts'
import { giveUpConsults } from './invitation/queue-consult.service.ts'
import { runJobs } from './keeping/job.service.ts'
import { sweepLost, sweepReceived, sweepStrays } from './keeping/stray.service.ts'
import type { Logger } from './logger.ts'
import type { Recordings } from './recording/recordings.ts'
import type { Shipping } from './recording/ship.service.ts'
import { missS3, storeFinished } from './recording/store.service.ts'
import { missKeys } from './sealing/keys.service.ts'
import { route } from './routing/round.service.ts'
import { expireOffers } from './routing/routing.service.ts'
import { indexAll } from './search/index.service.ts'
import { runSampling } from './sampling/sampling.service.ts'
import { isUnavailable } from './storage/database.ts'
import { eachByItself } from './storage/each.ts'
import type { Tasks } from './tasks.ts'
import { returnUnserved } from './transfer/transfer.back.ts'
import { expireAbsences } from './waiting/absence.service.ts'
import { expireCallbacks } from './waiting/callback.service.ts'
import { endVoicemails } from './waiting/voicemail.service.ts'

const SWEEP_MS = 500
/** Rings, overflow and ageing come with time alone. */
const ROUTE_MS = 1_000
/** Asks of all who wait, and nobody sees it to the second. */
const ABSENCE_MS = 2_000
/** How long after it was said something can be found. */
const INDEX_MS = 1_000
const TIDY_MS = 3_600_000
/** Days and weeks are worked off when they are over. */
const SAMPLING_MS = 60_000
/** What is not in the chain of the audit log yet can still be altered unseen. */
const CHAIN_MS = 1_000
const KEEPING_MS = 2_000
/** Nobody waits for it: what is not stored yet is read where it lies. */
const STORE_MS = 5_000
/** Files from before they were sealed; new ones are from the first moment. */
const SEAL_MS = 60_000
/** Looks at all files that there are. */
const STRAYS_MS = 86_400_000
const RETRY_MS = 300
/** A fact that fails so often while the database answers will fail for ever, and others wait behind it. */
const FACT_TRIES = 20
const RECONCILE_RETRY_MS = 1_000

type D = RecoveryDeps & { log: Logger; tasks: Tasks }
type SweptDeps = D & { recordings: Recordings; shipping: Shipping | null }

/** So often in a row is no hiccup: what this loop does is not done until somebody looks. */
const HOPELESS = 20

/** Runs `work` when kicked and each `everyMs`; kicks during a pass make one more. */
export function createLoop(d: { log: Logger }, name: string, everyMs: number, work: () => Promise<unknown>) {
  let running = false
  let again = false
  let stopped = false
  let idle = Promise.resolve()
  let failures = 0
  const failed = (err: unknown) => {
    failures++
    const about = { err, loop: name, failures }
    if (failures === HOPELESS) d.log.error(about, 'fails each time')
    else d.log.warn(about, 'will try again')
  }
  const pass = async () => {
    running = true
    do {
      again = false
      await work().then(() => (failures = 0), failed)
    } while (again && !stopped)
    running = false
  }
  const kick = () => {
    if (stopped) return
    if (running) again = true
    else idle = pass()
  }
  const timer = setInterval(kick, everyMs)
  return {
    kick,
    async stop() {
      stopped = true
      clearInterval(timer)
      await idle
    },
  }
}

export type Loop = ReturnType<typeof createLoop>

/** After these somebody may be offered something that they could not be before. */
const movesQueue: ReadonlySet<EventType> = new Set<EventType>([
  ...(['queued', 'offerMissed', 'offerWithdrawn', 'ended', 'callAsked', 'callEnded'] as const),
  ...(['deferred', 'callbackAsked', 'voicemailLeft', 'taskDropped'] as const),
  'invited',
])

export function createSweeper(d: SweptDeps): Loop[] {
  const routing = createLoop(d, 'routing', ROUTE_MS, () =>
    eachByItself([route, giveUpConsults, returnUnserved], (work) => work(d)),
  )
  const offers = async () => {
    if ((await expireOffers(d)) > 0) routing.kick()
  }
  // Each by itself: while the media node is away, those who have left are still missed.
  const sweeps = [
    ...[offers, expireCalls, expireInvitations, expireSeats, sweepGone, expireWrapUps],
    ...[expireCallbacks, endVoicemails, remindOfPauses],
  ].map((work) => createLoop(d, work.name, SWEEP_MS, () => work(d)))
  d.bus.on('appended', ({ events }) => {
    if (events.some((event) => movesQueue.has(event.type))) routing.kick()
  })
  // Also who is no longer at work matters: contacts may have waited for them alone.
  d.bus.on('status', routing.kick)
  d.bus.on('staffCame', routing.kick)
  const tidy = createLoop(d, 'tidy', TIDY_MS, async () => {
    const now = await clockOf(d.db)
    await sweepHttp(d.db, { config: d.config, now: () => new Date(now) })
  })
  const absences = createLoop(d, 'absences', ABSENCE_MS, () => expireAbsences(d))
  const facts = createLoop(d, 'facts', TIDY_MS, () => forgetFacts(d))
  let stopping = false
  const search = createLoop(d, 'search', INDEX_MS, () => indexAll(d, () => stopping))
  const index = {
    ...search,
    stop() {
      stopping = true
      return search.stop()
    },
  }
  const sampling = createLoop(d, 'sampling', SAMPLING_MS, () => runSampling(d, { stopping: () => stopping }))
  const chain = createLoop(d, 'audit', CHAIN_MS, () => linkEntries(d))
  const keeping = createLoop(d, 'keeping', KEEPING_MS, () => runJobs(d))
  const failed = new Map<string, number>()
  const storing = createLoop(d, 'recordings', STORE_MS, () => storeFinished(d, () => stopping, failed))
  const { shipping } = d
  const ship = createLoop(d, 'shipping', STORE_MS, async () => shipping?.look(() => stopping))
  const unsealed = new Map<string, number>()
  const sealing = createLoop(d, 'files', SEAL_MS, () => sealAttachments(d, () => stopping, unsealed))
  const strays = createLoop(d, 'strays', STRAYS_MS, () => sweepStrays(d))
  const received = createLoop(d, 'received', TIDY_MS, () => sweepReceived(d))
  const lost = createLoop(d, 'lost', TIDY_MS, () => sweepLost(d))
  d.tasks.run('master keys', missKeys(d))
  d.tasks.run('S3', missS3(d))
  const hurries = {
    sealing: () => {
      failed.clear()
      storing.kick()
    },
    files: () => {
      unsealed.clear()
      sealing.kick()
    },
    shipping: () => {
      shipping?.hurry()
      ship.kick()
    },
  }
  d.bus.everywhere('backlogRetried', ({ kind }) => hurries[kind]())
  for (const one of [tidy, sealing, strays, lost]) one.kick()
  const stored = [keeping, storing, ship, sealing, strays, received, lost]
  return [routing, ...sweeps, absences, tidy, facts, chain, sampling, index, ...stored]
}

/**
 * Keeps the media node and the rows together: facts in order into the log, wanted states out.
 * @param retryMs until what failed is tried again
 */
export function createMediaKeeper(d: D & { connected: () => boolean }, retryMs = RETRY_MS) {
  let facts = Promise.resolve()
  let stopped = false
  const fact: MediaNodeEvents['fact'] = (bootId, no, one) => {
    facts = facts.then(async () => {
      for (let tries = 1; !stopped; tries++) {
        try {
          await applyFact(d, bootId, no, one)
          // Numbers begin anew with each boot.
          if (d.node.bootId() === bootId) d.node.ack(no)
          return
        } catch (error) {
          if (tries >= FACT_TRIES && !isUnavailable(error)) {
            d.log.error({ err: error, fact: one.type, no }, 'a fact is given up')
            if (d.node.bootId() === bootId) d.node.ack(no)
            return
          }
          d.log.warn({ err: error, fact: one.type }, 'a fact waits')
          // Written down already, a lost room is not recovered by the repetition.
          if (one.type === 'roomLost') setTimeout(together.kick, retryMs)
          await new Promise((resolve) => setTimeout(resolve, retryMs))
        }
      }
    })
  }
  const together = createLoop(d, 'reconcile', 30_000, async () => {
    const bootId = d.node.bootId()
    if (!bootId) return
    try {
      await reconcile(d, bootId)
    } catch (error) {
      if (!stopped) setTimeout(together.kick, RECONCILE_RETRY_MS).unref()
      throw error
    }
  })
  d.bus.on('callChanged', ({ callId }) => {
    d.tasks.run(
      'apply',
      applyCall(d, callId).catch((error: unknown) => {
        if (d.connected()) setTimeout(together.kick, retryMs)
        throw error
      }),
    )
  })
  d.bus.on('seatMoved', ({ callId, seat }) => d.tasks.run('seat moved', tellMoved(d, callId, seat)))
  return {
    fact,
    reconcile: together.kick,
    async stop() {
      stopped = true
      await Promise.all([facts, together.stop()])
    },
  }
}
