/**
 * Keeps what is looked through up to date: reads on in the log where it stopped, some conversations at a time, so that
 * nobody who writes waits for it. Killed, it goes on from where the last transaction ended; of several servers one does it.
 */
import type { Recordings } from '../recording/recordings.ts'
import type { ConversationEvent } from '../conversation/conversation.ts'
import type { Logger } from '../logger.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { BLOCK_LINES, placeIn } from './blocks.policy.ts'
import { factsOf, holdsOf } from './facts.policy.ts'
import { wordsOf } from './fold.policy.ts'
import * as store from './index.store.ts'
import { lexemes } from './lexeme.service.ts'
import { tagOf } from './query.policy.ts'
import { lineKinds } from './search.ts'
import { talkOf } from './sound.policy.ts'

type D = { db: Database; recordings: Recordings; log: Logger }

/** A pass is short: it must not be noticed by those who write. */
const MOST_CONVERSATIONS = 100
const MOST_LINES = 1_000

/** Reads on until nothing is unread. `stopped`: asked between passes. `blockLines`: how many make a block full. */
export async function indexAll(
  d: D,
  stopped: () => boolean = () => false,
  blockLines = BLOCK_LINES,
): Promise<void> {
  while (!stopped() && (await indexSome(d, blockLines)));
}

/** One pass. False when nothing is left to read, or another server reads. */
async function indexSome(d: D, blockLines: number): Promise<boolean> {
  return await inTransaction(d.db, async (trx) => {
    if (!(await store.lockSearch(trx))) return false
    const found = await store.unread(trx, MOST_CONVERSATIONS)
    const spoken = await store.takeSpoken(trx, MOST_LINES)
    if (found.length === 0 && spoken.length === 0) return false
    const lines = await store.newLines(trx, found, MOST_LINES + 1)
    const read = readTo(found, lines)
    await store.deleteLines(trx, found)
    await addLines(trx, [...lines.slice(0, MOST_LINES), ...spoken], blockLines)
    await addFacts(trx, d, read)
    const last = read.findLast(({ dirty }) => !dirty)
    if (last) await store.setProgress(trx, last.lastAt)
    const full = found.length === MOST_CONVERSATIONS || lines.length > MOST_LINES
    return full || spoken.length === MOST_LINES
  })
}

type Read = store.Unread & { to: number }

/** Which of them this pass reads, and how far: the one in which the lines were too many only in part, those after it not at all. */
function readTo(found: readonly store.Unread[], lines: readonly store.NewLine[]): Read[] {
  const beyond = lines[MOST_LINES]
  if (!beyond) return found.map((one) => ({ ...one, to: one.seq }))
  const cut = found.findIndex(({ id }) => id === beyond.id)
  return found
    .slice(0, cut + 1)
    .map((one, index) => ({ ...one, to: index === cut ? beyond.seq - 1 : one.seq }))
}

async function addLines(
  trx: Transaction,
  lines: readonly store.NewLine[],
  blockLines: number,
): Promise<void> {
  if (lines.length === 0) return
  const sorted = lines
    .map((line) => ({ line, words: wordsOf(line.text) }))
    .sort((a, b) => a.line.at - b.line.at)
  const spoken = sorted.filter(({ words }) => words.length > 0)
  const kept = await lexemes(
    trx,
    spoken.flatMap(({ words }) => words.map(({ word }) => word)),
  )
  const { of, changed } = placeIn(
    await store.listBlocks(trx),
    spoken.map(({ line }) => line),
    blockLines,
  )
  const counts = new Map<string, number>()
  const rows = spoken.map(({ line, words }, index): store.LineRow => {
    const places = new Map<string, number[]>()
    for (const [place, { word }] of words.entries()) {
      const lexeme = kept(word)
      places.set(lexeme, [...(places.get(lexeme) ?? []), place + 1])
    }
    for (const lexeme of places.keys())
      if (isRemembered(lexeme)) counts.set(lexeme, (counts.get(lexeme) ?? 0) + 1)
    const tag = tagOf(of[index] ?? 0)
    const written = [...places].map(([lexeme, at]) => `'${tag}:${lexeme}':${at.slice(0, 200).join()}`)
    return {
      ...{ conversation_id: line.id, kind: lineKinds[line.type], n: line.seq, at: new Date(line.at) },
      words: written.join(' '),
    }
  })
  await store.writeBlocks(trx, changed)
  await store.writeLines(trx, rows)
  await store.countWords(trx, counts)
}

/** Numbers and codes are looked for as they are; nobody finds them by a likeness. */
const isRemembered = (lexeme: string): boolean => /^\p{L}{3,24}$/u.test(lexeme)

async function addFacts(trx: Transaction, d: D, read: readonly Read[]): Promise<void> {
  const ids = read.map(({ id }) => id)
  const [events, calls] = [await store.otherEvents(trx, ids), await store.answeredCalls(trx, ids)]
  const rows = read.map(async (one): Promise<store.FactRow> => {
    const { id, to, siteId, locale, startedAt, lastAt } = one
    const log = events.get(id) ?? []
    const own = calls.filter(({ conversationId }) => conversationId === id)
    const heard = own.map(async ({ id: callId, ms, mos, finalised }) => ({
      ...{ ms, mos },
      sound: finalised ? await soundOf(d, callId, log) : null,
    }))
    const facts = factsOf({
      ...{ siteId, locale, startedAt, lastAt, events: log, calls: await Promise.all(heard) },
    })
    return { id, seq: to, startedAt, lastAt, facts }
  })
  await store.writeFacts(trx, await Promise.all(rows))
}

/** A recording that cannot be read leaves its shares unknown, nothing more. */
async function soundOf(d: D, callId: string, events: readonly ConversationEvent[]) {
  const index = await d.recordings.index(callId).catch((err: unknown) => {
    d.log.warn({ err, callId }, 'the index of a recording cannot be read')
    return null
  })
  const audio = index?.audio
  if (!index || !audio) return null
  const side = (role: string) => {
    const channel = audio.channels.findIndex((one) => one.role === role)
    return channel < 0 ? new Uint8Array() : Buffer.from(audio.peaks[channel] ?? '', 'base64')
  }
  const zero = index.startMs + audio.start
  const holds = holdsOf(events, index.endMs).map(({ from, to }) => ({ from: from - zero, to: to - zero }))
  return talkOf({ visitor: side('visitor'), agent: side('agent') }, audio.peakMs, holds)
}
