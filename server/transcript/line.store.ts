/** Spoken lines as they were heard, and what people have made of them. */
import { sql } from 'kysely'
import type { SpokenLine } from '../contract/transcript.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { SpeakerRole } from './transcript.ts'

/** Of a line as it is written first. Times in ms since 1970. */
export type NewSpoken = Omit<SpokenLine, 'n' | 'correction'>

/** Keeps others from numbering lines, and the conversation from going. False: it is gone. */
export async function lockTalk(trx: Transaction, conversationId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('conversation')
    .select('id')
    .where('id', '=', conversationId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row !== undefined
}

/** Under `lockTalk`. Their numbers, in order. */
export async function insertSpoken(
  trx: Transaction,
  conversationId: string,
  lines: readonly NewSpoken[],
): Promise<number[]> {
  if (lines.length === 0) return []
  const last = await trx
    .selectFrom('spoken_line')
    .select(({ fn }) => fn.max('n').as('n'))
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst()
  const rows = lines.map((line, index) => ({
    ...{ conversation_id: conversationId, n: (last?.n ?? 0) + 1 + index },
    ...{ call_id: line.callId, seat_id: line.seat, role: line.role, speaker: line.speaker },
    ...{ begin_at: new Date(line.at), end_at: new Date(line.until) },
    ...{ text: line.text, confidence: line.confidence, engine: line.engine, language: line.language },
  }))
  await trx.insertInto('spoken_line').values(rows).execute()
  return rows.map(({ n }) => n)
}

type Said = { n: number; text: string }

/** What that seat has said between, in order. `at`: ms since 1970. */
export async function saidBetween(
  trx: Transaction,
  { callId, seat, from, to }: { callId: string; seat: string; from: number; to: number },
): Promise<(Said & { at: number })[]> {
  const rows = await trx
    .selectFrom('spoken_line')
    .select(['n', 'text', 'begin_at'])
    .where('call_id', '=', callId)
    .where('seat_id', '=', seat)
    .where('end_at', '>=', new Date(from))
    .where('begin_at', '<=', new Date(to))
    .orderBy('begin_at')
    .orderBy('n')
    .execute()
  return rows.map(({ n, text, begin_at }) => ({ n, text, at: begin_at.getTime() }))
}

export async function rewriteSpoken(trx: Transaction, conversationId: string, line: Said): Promise<void> {
  await trx
    .updateTable('spoken_line')
    .set({ text: line.text, indexed: false })
    .where('conversation_id', '=', conversationId)
    .where('n', '=', line.n)
    .execute()
}

/** All that was said in the calls of a conversation, in the order of time. `n`: that line alone. */
export async function spokenLines(
  db: Database | Transaction,
  conversationId: string,
  n?: number,
): Promise<SpokenLine[]> {
  const rows = await db
    .selectFrom('spoken_line as l')
    .leftJoinLateral(
      (e) =>
        e
          .selectFrom('spoken_correction as c')
          .select(['c.text as corrected', 'c.by_name', 'c.at'])
          .whereRef('c.conversation_id', '=', 'l.conversation_id')
          .whereRef('c.n', '=', 'l.n')
          .orderBy('c.at', 'desc')
          .orderBy('c.id', 'desc')
          .limit(1)
          .as('k'),
      (join) => join.onTrue(),
    )
    .selectAll()
    .where('l.conversation_id', '=', conversationId)
    .$if(n !== undefined, (query) => query.where('l.n', '=', n ?? 0))
    .orderBy('l.begin_at')
    .orderBy('l.n')
    .execute()
  return rows.map((row) => ({
    ...{ n: row.n, callId: row.call_id, seat: row.seat_id, role: row.role as SpeakerRole },
    ...{ speaker: row.speaker, at: row.begin_at.getTime(), until: row.end_at.getTime() },
    ...{ text: row.text, confidence: row.confidence, engine: row.engine, language: row.language },
    correction:
      row.corrected === null || row.at === null
        ? null
        : { text: row.corrected, by: row.by_name ?? '', at: row.at.getTime() },
  }))
}

/** The line is looked through again. */
export async function insertCorrection(
  trx: Transaction,
  line: { conversationId: string; n: number },
  by: { id: string; personId: string; name: string; text: string },
): Promise<void> {
  const { conversationId, n } = line
  await trx
    .insertInto('spoken_correction')
    .values({
      ...{ id: by.id, conversation_id: conversationId, n, text: by.text },
      ...{ by_id: by.personId, by_name: by.name },
    })
    .execute()
  await trx
    .updateTable('spoken_line')
    .set({ indexed: false })
    .where('conversation_id', '=', conversationId)
    .where('n', '=', n)
    .execute()
}

/** Who sat at the agent's side and who came besides, as the log tells it; in order. */
export async function comings(
  db: Database,
  conversationId: string,
): Promise<{ at: number; seat: string; name: string }[]> {
  const rows = await db
    .selectFrom('conversation_event')
    .select(['at', 'type'])
    .select(sql<string>`payload ->> 'name'`.as('name'))
    .select(sql<string | null>`payload ->> 'seat'`.as('seat'))
    .where('conversation_id', '=', conversationId)
    .where('type', 'in', ['assigned', 'seatJoined'])
    .orderBy('seq')
    .execute()
  return rows.map(({ at, name, seat }) => ({ at: at.getTime(), name, seat: seat ?? 'agent' }))
}
