/**
 * Writes down what was said in calls, once their recordings are whole: the pieces with speech in them go to the engine one after
 * the other, and each is stored with what came of it in one transaction. Killed, it goes on with the first that is not.
 */
import type { ReplayIndex } from '../../sfu/control/replay-index.ts'
import { noteFault } from '../backlog/fault.store.ts'
import type { Logger } from '../logger.ts'
import type { Recordings } from '../recording/recordings.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { type CutSound, cutSound } from './cut.ts'
import { type Engine, EngineFault } from './engine.ts'
import * as jobs from './job.store.ts'
import { comings } from './line.store.ts'
import { piecesOf } from './piece.policy.ts'
import { storePiece } from './piece.service.ts'
import { speakerAt } from './said.policy.ts'
import type { Heard, SpeakerRole } from './transcript.ts'
import { isWrittenDown } from './wish.store.ts'

export type TranscribeDeps = {
  db: Database
  recordings: Recordings
  log: Logger
  engine: Engine
  /** After how long what failed is tried again at first; ms. */
  retryMs?: number
}

/** Longer than an engine may take for a piece. */
const LEASE_MS = 5 * 60_000
const RETRY_MS = 5_000
const LONGEST_RETRY_MS = 10 * 60_000
/** Some two days of an engine that is away. */
const MOST_TRIES = 300

/**
 * In the transaction that notes a recording as whole: its queue says whether it is to be written down. What was captioned is, to its
 * end, whichever queue it ended in. `runs`: the call goes on, in another room of a node that lost the first; its end opens the job.
 */
export async function wantTranscript(
  trx: Transaction,
  call: { callId: string; conversationId: string; queueId: string | null; runs: boolean },
): Promise<void> {
  if (await isWrittenDown(trx, call.queueId)) await jobs.insertJob(trx, call)
  if (!call.runs) await jobs.openJob(trx, call.callId)
}

/** Everything that is due. `signal`: what is under way is left as it is, to be gone on with at the next start. */
export async function transcribeDue(d: TranscribeDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const job = await jobs.claimJob(d.db, LEASE_MS)
    if (!job || !(await attempt(d, job, signal))) return
  }
}

/** False: the engine is not to be had now. */
async function attempt(d: TranscribeDeps, job: jobs.Job, signal: AbortSignal): Promise<boolean> {
  const { callId } = job
  try {
    await transcribe(d, job, signal)
    if (signal.aborted) await jobs.putOff(d.db, job, 0, job.tries)
    else await jobs.endJob(d.db, job, 'done')
    return true
  } catch (err) {
    if (signal.aborted) {
      await jobs.putOff(d.db, job, 0, job.tries)
      return false
    }
    const tries = job.tries + 1
    await noteFault(d.db, 'transcribing', err)
    d.log.warn({ err, callId, tries }, 'what was said in a call was not written down')
    if (tries >= MOST_TRIES) await jobs.endJob(d.db, job, 'failed')
    else
      await jobs.putOff(
        d.db,
        job,
        Math.min((d.retryMs ?? RETRY_MS) * 2 ** job.tries, LONGEST_RETRY_MS),
        tries,
      )
    return false
  }
}

async function transcribe(d: TranscribeDeps, job: jobs.Job, signal: AbortSignal): Promise<void> {
  const index = await d.recordings.index(job.callId)
  // Removed meanwhile, as a rule of keeping demands.
  if (!index) return
  if (!job.planned && !(await inTransaction(d.db, (trx) => plan(trx, job, index)))) return
  const open = await jobs.storedPieces(d.db, job.callId, { all: false })
  const names = await comings(d.db, job.conversationId)
  for (const audio of audiosOf(index)) {
    const cuts = cutsOf(index, audio, open)
    if (cuts.length === 0) continue
    const file = await d.recordings.open(job.callId, audio.file)
    if (!file) return
    const sound = file.read()
    try {
      for await (const piece of cutSound(sound, cuts)) {
        if (signal.aborted) return
        const heard = await hear(d, index, piece, signal)
        const speaker = speakerAt(names, piece.cut.piece.seat, piece.cut.piece.from)
        const lease = { claim: job.claim, leaseMs: LEASE_MS }
        const storing = { ...job, engine: d.engine.name, lease }
        if ((await storePiece(d.db, storing, { ...piece.cut, speaker }, heard)) === 'gone') return
      }
    } finally {
      sound.destroy()
    }
  }
}

type Audio = NonNullable<ReplayIndex['audio']>
type PieceCut = { channel: number; from: number; to: number; piece: jobs.StoredPiece; role: SpeakerRole }

const audiosOf = ({ audio, further }: ReplayIndex): Audio[] => (audio ? [audio, ...further] : [])
/** Server clock, ms. */
const zeroOf = (index: ReplayIndex, audio: Audio): number => index.startMs + audio.start

/** What was captioned while it was said is not heard again; nor is what is a click beside it, by clocks that differ a little. */
async function plan(trx: Transaction, job: jobs.Claim, index: ReplayIndex): Promise<boolean> {
  const heard = await jobs.storedPieces(trx, job.callId, { all: true })
  return await jobs.planPieces(trx, job, allPieces(index, heard))
}

function allPieces(index: ReplayIndex, heard: readonly jobs.StoredPiece[]): jobs.StoredPiece[] {
  return audiosOf(index).flatMap((audio) => {
    const holes = (seat: string) =>
      index.holes
        .filter(({ track }) => !track || (track.seatId === seat && track.source === 'mic'))
        .map(({ from, to }) => ({ from: from - audio.start, to: to - audio.start }))
    const zero = zeroOf(index, audio)
    const before = (seat: string) =>
      heard.filter((one) => one.seat === seat).map(({ from, to }) => ({ from: from - zero, to: to - zero }))
    return audio.channels.flatMap(({ seatId: seat }, channel) =>
      piecesOf({
        peaks: Buffer.from(audio.peaks[channel] ?? '', 'base64'),
        ...{
          stepMs: audio.peakMs,
          durationMs: audio.durationMs,
          holes: holes(seat),
          captioned: before(seat),
        },
        silent: (audio.filler[channel] ?? []).map(([from, to]) => ({ from, to })),
      }).map(({ from, to }) => ({ seat, from: Math.round(zero + from), to: Math.round(zero + to) })),
    )
  })
}

function cutsOf(index: ReplayIndex, audio: Audio, open: readonly jobs.StoredPiece[]): PieceCut[] {
  const zero = zeroOf(index, audio)
  return open.flatMap((piece) => {
    const channel = audio.channels.findIndex(({ seatId }) => seatId === piece.seat)
    const role = audio.channels[channel]?.role
    return role ? [{ channel, role, piece, from: piece.from - zero, to: piece.to - zero }] : []
  })
}

/** Null: the engine can make nothing of it, now or later. */
async function hear(
  d: TranscribeDeps,
  index: ReplayIndex,
  { cut, ogg }: CutSound<PieceCut>,
  signal: AbortSignal,
): Promise<Heard | null> {
  const { role, piece } = cut
  const from = Math.max(0, Math.round(piece.from - index.startMs))
  try {
    return await d.engine.hear({ ogg, from, ms: piece.to - piece.from, role }, signal)
  } catch (err) {
    if (!(err instanceof EngineFault) || err.again === 'later') throw err
    d.log.warn({ err, callId: index.roomId }, 'the engine refuses a piece')
    return null
  }
}
