/** Stores what an engine made of a piece of somebody's speech: the piece's end and its lines in one transaction, masked. */
import { readRules } from '../masking/masking.store.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { endPiece, hasPiece, type Lease, type StoredPiece } from './job.store.ts'
import { insertSpoken, lockTalk, type NewSpoken, rewriteSpoken, saidBetween } from './line.store.ts'
import { maskLines } from './said.policy.ts'
import type { Heard, SpeakerRole } from './transcript.ts'

/** What is read out slowly, such as a number, goes on in the next piece. */
const AROUND_MS = 15_000

/** `lease`: how the job is held on; null: the call still runs. */
export type Storing = { callId: string; conversationId: string; engine: string; lease: Lease | null }
export type PiecePlace = { piece: StoredPiece; role: SpeakerRole; speaker: string | null }
type StoredLine = { n: number } & Pick<NewSpoken, 'at' | 'text'>
/** `changed`: from before, of which more is masked now. */
export type StoredLines = { fresh: StoredLine[]; changed: StoredLine[] }

/** `heard` is null where the engine refused it. `taken`: somebody else has stored it, whose lines stay. `gone`: it was removed. */
export async function storePiece(
  db: Database,
  job: Storing,
  place: PiecePlace,
  heard: Heard | null,
): Promise<StoredLines | 'taken' | 'gone'> {
  const { callId, conversationId, lease } = job
  return inTransaction(db, async (trx) => {
    if (!(await lockTalk(trx, conversationId))) return 'gone'
    if (!(await endPiece(trx, callId, place.piece, { refused: heard === null, lease })))
      return (await hasPiece(trx, callId, place.piece)) ? 'taken' : 'gone'
    return heard ? await storeLines(trx, job, place, heard) : { fresh: [], changed: [] }
  })
}

async function storeLines(
  trx: Transaction,
  { callId, conversationId, engine }: Storing,
  { piece, role, speaker }: PiecePlace,
  { language, lines: said }: Heard,
): Promise<StoredLines> {
  const { seat } = piece
  const span = { from: piece.from - AROUND_MS, to: piece.to + AROUND_MS }
  const around = await saidBetween(trx, { callId, seat, ...span })
  const fresh = said.map((line) => ({ ...line, n: null, at: piece.from + line.from }))
  const both = [...around, ...fresh].sort((a, b) => a.at - b.at)
  const masked = maskLines(both, await readRules(trx))
  const changed = both.flatMap(({ n, at, text: before }, index) => {
    const text = masked[index]?.text ?? ''
    return n !== null && text !== before ? [{ n, at, text }] : []
  })
  for (const { n, text } of changed) await rewriteSpoken(trx, conversationId, { n, text })
  const lines = masked.flatMap((line) => {
    if (line.n !== null || !('confidence' in line)) return []
    const { at, text, confidence, from, to } = line
    const of = { callId, seat, role, speaker, engine, confidence, language }
    return [{ ...of, at, until: at + to - from, text }]
  })
  const numbers = await insertSpoken(trx, conversationId, lines)
  return { changed, fresh: lines.map(({ at, text }, index) => ({ n: numbers[index] ?? 0, at, text })) }
}
