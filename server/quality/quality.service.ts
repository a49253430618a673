/**
 * Watches how well each side of running calls is connected, by what the media node measures: warnings are raised and
 * cleared in the log, and means of ten seconds kept. The node measures every 2 s; nothing here is asked for by browsers.
 */
import { type CallRow, lockCall } from '../call/call.store.ts'
import { append, event, system } from '../conversation/conversation.log.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import type { Deps } from '../deps.ts'
import { inTransaction } from '../storage/database.ts'
import type { Tasks } from '../tasks.ts'
import { judge, mosOf, type Quality, type Warning, WINDOW } from './quality.ts'
import { keepMean } from './quality.store.ts'

export type QualityDeps = Pick<Deps, 'db' | 'bus'> & { tasks: Pick<Tasks, 'run'>; now(): number }
export type QualityWatch = {
  /** One measurement of a seat of a running call; what follows from it is done by itself. */
  take(place: { row: CallRow; state: ConversationState }, seat: string, measured: Quality): void
}

const SPAN_MS = 10_000
/** A seat that is not measured any more is forgotten. */
const IDLE_MS = 60_000

type Seen = { window: Quality[]; span: number; inSpan: Quality[]; at: number }

export function createQualityWatch(d: QualityDeps): QualityWatch {
  const seats = new Map<string, Seen>()

  function see(key: string, measured: Quality): { seen: Seen; over: { span: number; mean: Quality } | null } {
    const at = d.now()
    for (const [other, { at: last }] of seats) if (at - last > IDLE_MS) seats.delete(other)
    const span = Math.floor(at / SPAN_MS) * SPAN_MS
    const seen = seats.get(key) ?? { window: [], span, inSpan: [], at }
    seats.set(key, seen)
    const over = seen.span === span ? null : { span: seen.span, mean: meanOf(seen.inSpan) }
    if (over) seen.inSpan = []
    seen.inSpan.push(measured)
    seen.window = [...seen.window, measured].slice(-WINDOW)
    return { seen: Object.assign(seen, { span, at }), over }
  }

  return {
    take({ row, state }, seat, measured) {
      const { call } = state
      const known = call?.id === row.id && call.phase === 'connected' ? call.seats[seat] : undefined
      // Whoever is in the call without the log telling of it shows nothing here either.
      if (!known) return
      const { seen, over } = see(`${row.id}/${seat}`, measured)
      if (over) d.tasks.run('quality kept', keepMean(d.db, { callId: row.id, seat, ...over }))
      const raised = known.warnings ?? []
      const wanted = judge(seen.window, raised)
      if (wanted.join() === raised.join()) return
      d.tasks.run('quality told', tell(d, row.id, seat, wanted, measured))
    },
  }
}

async function tell(
  d: QualityDeps,
  callId: string,
  seat: string,
  wanted: readonly Warning[],
  measured: Quality,
): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const { locked } = await lockCall(trx, callId)
    const { call } = locked.state
    const known = call?.id === callId && call.phase === 'connected' ? call.seats[seat] : undefined
    // Over meanwhile, or told by another server.
    if (!known) return
    const before = known.warnings ?? []
    const raised = wanted.filter((one) => !before.includes(one))
    const cleared = before.filter((one) => !wanted.includes(one))
    const figures = { ...measured, mos: mosOf(measured) }
    const bodies = [
      ...raised.map((warning) => event('qualityRaised', { callId, seat, warning, ...figures })),
      ...cleared.map((warning) => event('qualityCleared', { callId, seat, warning })),
    ]
    if (bodies.length === 0) return
    await append(
      trx,
      d.bus,
      locked,
      bodies.map((body) => ({ actor: system, body })),
    )
  })
}

const mean = (figures: readonly number[]): number =>
  figures.reduce((sum, one) => sum + one, 0) / Math.max(1, figures.length)

function meanOf(all: readonly Quality[]): Quality {
  return {
    loss: mean(all.map(({ loss }) => loss)),
    rttMs: mean(all.map(({ rttMs }) => rttMs)),
    jitterMs: mean(all.map(({ jitterMs }) => jitterMs)),
  }
}
