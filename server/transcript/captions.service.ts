/**
 * Captions: what the media node tells of a running call goes through the engine as the pieces of a transcript do, is stored as its
 * lines, and shown to those who heard it. Whatever does not come about here is left to the transcript after the call.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Notice } from '../../sfu/control/contract.ts'
import { opusDurationMs } from '../../sfu/recording/opus.ts'
import { findCall, holderAt } from '../call/call.store.ts'
import type { Caption, Pushes } from '../contract/pushes.ts'
import type { Logger } from '../logger.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { speechFile } from './cut.ts'
import { type Engine, EngineFault } from './engine.ts'
import { createReaders } from './caption-readers.ts'
import { claimPiece, recordedSince, type StoredPiece } from './job.store.ts'
import { comings } from './line.store.ts'
import { type StoredLines, storePiece } from './piece.service.ts'
import { speakerAt } from './said.policy.ts'
import type { Heard } from './transcript.ts'

export type CaptionsDeps = {
  db: Database
  /** Pushes `captions` to a tab. */
  show(tab: string, push: Pushes['guest']['captions']): void
  log: Logger
  engine: Engine
  /** For how long nothing is sent at first to an engine that failed; ms. */
  restMs?: number
  /** A caption that comes later helps nobody; ms after its piece came. */
  staleMs?: number
}
/** `until`: ms, monotonic. */
type Waiting = { speech: Speech; until: number }
type Speech = Extract<Notice, { type: 'speech' }>

export type Captions = {
  /** False: it is of another kind. */
  notice(notice: Notice): boolean
  stop(): Promise<void>
}

/** One piece of each seat at a time, so that its lines come in order; of all seats so many. */
const AT_ONCE = 8
const MOST_WAITING = 100
const STALE_MS = 10_000
const REST_MS = 5_000
const LONGEST_REST_MS = 60_000

export function createCaptions(d: CaptionsDeps): Captions {
  const ending = new AbortController()
  const waiting: Waiting[] = []
  const running = new Set<string>()
  const works = new Set<Promise<void>>()
  const readers = createReaders()
  let faults = 0
  let restsUntil = 0

  function next(): void {
    // Of an engine that failed one is asked whether it is back.
    while (running.size < (faults === 0 ? AT_ONCE : 1) && !ending.signal.aborted) {
      const index = waiting.findIndex(({ speech }) => !running.has(seatOf(speech)))
      const [one] = index < 0 ? [] : waiting.splice(index, 1)
      if (!one) return
      const key = seatOf(one.speech)
      running.add(key)
      keep(attempt(one), () => {
        running.delete(key)
        next()
      })
    }
  }

  function keep(work: Promise<void>, then?: () => void): void {
    const kept = work.finally(() => {
      works.delete(kept)
      then?.()
    })
    works.add(kept)
  }

  /** `lost`: not by us. */
  async function attempt({ speech, until }: Waiting, lost = false): Promise<void> {
    try {
      // A piece that is claimed is nobody else's: while we rest it is others' to take, and to tell of only once it is too late.
      const free = lost ? until : Math.min(until, restsUntil)
      if (performance.now() < free)
        await delay(Math.ceil(free - performance.now()), null, { signal: ending.signal })
      const place = await claim(d, speech)
      if (!place) return
      const now = performance.now()
      if (lost || now >= until) return await tell(d, speech, { lines: [], late: true })
      const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(Math.ceil(until - now))])
      const lines = await caption(d, speech, place, signal)
      if (!lines) return
      faults = 0
      await show(speech, lines)
    } catch (err) {
      if (ending.signal.aborted) return
      rest()
      d.log.warn({ err, callId: speech.roomId }, 'what was said was not shown as a caption')
      await tell(d, speech, { lines: [], late: true }).catch(() => undefined)
    }
  }

  /** What changed is told to those who read it before, and may still hear no more. */
  async function show(speech: Speech, { fresh, changed }: StoredLines): Promise<void> {
    const { roomId, seatId: seat } = speech
    for (const line of changed) {
      const before = { roomId, readers: readers.at(seatOf(speech), line.at) }
      await tell(d, before, { lines: [{ ...line, seat }] })
    }
    if (fresh.length > 0) await tell(d, speech, { lines: fresh.map((line) => ({ ...line, seat })) })
  }

  function rest(): void {
    // Several at once fail for one reason.
    if (performance.now() < restsUntil) return
    restsUntil = performance.now() + Math.min((d.restMs ?? REST_MS) * 2 ** faults, LONGEST_REST_MS)
    faults++
  }

  return {
    notice(notice) {
      if (notice.type !== 'speech') return false
      readers.note(seatOf(notice), notice)
      waiting.push({ speech: notice, until: performance.now() + (d.staleMs ?? STALE_MS) })
      const [lost] = waiting.length > MOST_WAITING ? waiting.splice(0, 1) : []
      if (lost) keep(attempt({ ...lost, speech: { ...lost.speech, packets: [] } }, true))
      next()
      return true
    },
    async stop() {
      ending.abort()
      await Promise.all(works)
    },
  }
}

const seatOf = ({ roomId, seatId }: Speech): string => `${roomId} ${seatId}`

type Place = { callId: string; conversationId: string; piece: StoredPiece }

/** Null: another server shows it, or the transcript is being made already. */
async function claim({ db }: Pick<CaptionsDeps, 'db'>, speech: Speech): Promise<Place | null> {
  const row = await findCall(db, speech.roomId)
  if (!row) return null
  const ids = { callId: row.id, conversationId: row.conversation_id }
  const piece = { seat: speech.seatId, from: speech.at, to: speech.at + speech.ms }
  return (await inTransaction(db, (trx) => claimPiece(trx, ids, piece))) ? { ...ids, piece } : null
}

/** Null: the transcript is being made already. */
async function caption(
  d: CaptionsDeps,
  speech: Speech,
  { piece, ...ids }: Place,
  signal: AbortSignal,
): Promise<StoredLines | null> {
  const { seatId: seat, role, at } = speech
  const heard = await hear(d, speech, await recordedSince(d.db, ids.callId), signal)
  const speaker = speakerAt(await comings(d.db, ids.conversationId), seat, at)
  const storing = { ...ids, engine: d.engine.name, lease: null }
  const lines = await storePiece(d.db, storing, { piece, role, speaker }, heard)
  return lines === 'taken' || lines === 'gone' ? null : lines
}

/** Null: the engine can make nothing of it. Throws where it is away or too slow. */
async function hear(
  d: CaptionsDeps,
  { at, ms, role, packets }: Speech,
  since: number,
  signal: AbortSignal,
): Promise<Heard | null> {
  const sound = packets.map((packet) => {
    const data = Buffer.from(packet, 'base64')
    return { data, durationMs: opusDurationMs(data) }
  })
  const piece = { ogg: await speechFile(sound), from: Math.max(0, at - since), ms, role }
  try {
    return await d.engine.hear(piece, signal)
  } catch (error) {
    if (error instanceof EngineFault && error.again === 'never') return null
    throw error
  }
}

/** Those who heard it, as long as they sit where they sat then. */
async function tell(
  d: Pick<CaptionsDeps, 'db' | 'show'>,
  { roomId, readers }: Pick<Speech, 'roomId' | 'readers'>,
  told: { lines: Caption[]; late?: true },
): Promise<void> {
  const row = await findCall(d.db, roomId)
  if (!row || row.ended_at) return
  for (const reader of readers) {
    const tab = holderAt(row, reader)
    if (tab) d.show(tab, { callId: row.id, ...told })
  }
}
