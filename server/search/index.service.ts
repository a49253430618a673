/**
 * Keeps what is looked through up to date: reads on in the log where it stopped, some conversations at a time, so that
 * nobody who writes waits for it. Killed, it goes on from where the last transaction ended; of several servers one does it.
 */
import type { Recordings } from '../recording/recordings.ts'
import type { ConversationEvent } from '../conversation/conversation.ts'
import { faultCode } from '../fault.ts'
import type { Logger } from '../logger.ts'
import { type Database, inTransaction, isUnavailable, type Transaction } from '../storage/database.ts'
import { BLOCK_LINES, placeIn } from './blocks.policy.ts'
import { type CallFacts, factsOf, holdsOf } from './facts.policy.ts'
import { wordsOf } from './fold.policy.ts'
import * as store from './index.store.ts'
import { lexemes } from './lexeme.service.ts'
import { bearMore, bearParties } from './party.store.ts'
import { tagOf } from './query.policy.ts'
import { lineKinds } from './search.ts'
import { talkOf } from './sound.policy.ts'

type D = { db: Database; recordings: Recordings; log: Logger }

/** A pass is short: it must not be noticed by those who write. */
const MOST_CONVERSATIONS = 100
const MOST_LINES = 1_000

/**
 * Reads on until nothing is unread. One that cannot be read is passed over, since the others wait behind it. `stopped`: asked
 * between passes. `blockLines`: how many make a block full.
 */
export async function indexAll(
  d: D,
  stopped: () => boolean = () => false,
  blockLines = BLOCK_LINES,
): Promise<void> {
  /** Passes that still take one at a time, to find out which one it is. */
  let narrow = 0
  for (let more = true; more && !stopped(); narrow--) {
    const most = narrow > 0 ? 1 : MOST_CONVERSATIONS
    try {
      more = await indexSome(d, { blockLines, most })
    } catch (error) {
      if (!isOfTheData(error)) throw error
      if (most > 1) narrow = MOST_CONVERSATIONS + 1
      else await passOver(d, error)
    }
    // Only when nobody waits to be found.
    if (!more) more = await mendSome(d)
  }
}

/** Some lines from before they bore who took part. False when there are none, or another server is at it. */
const mendSome = (d: D): Promise<boolean> =>
  inTransaction(
    d.db,
    async (trx) =>
      (await store.lockSearch(trx)) &&
      ((await bearMore(trx, MOST_CONVERSATIONS)) || (await store.refoldMore(trx, MOST_CONVERSATIONS))),
  )

/** It would be the same the next time. Without a code it is no fault of the database's at all. */
const isOfTheData = (error: unknown): boolean =>
  !isUnavailable(error) && /^(22|23|54|$)/.test(faultCode(error))

type Pass = { blockLines: number; most: number }

/** One pass. False when nothing is left to read, or another server reads. */
async function indexSome(d: D, { blockLines, most }: Pass): Promise<boolean> {
  // It may take long, or forever: nothing is locked meanwhile.
  const sounds = await soundsOf(d, await store.unread(d.db, most))
  return await inTransaction(d.db, async (trx) => {
    if (!(await store.lockSearch(trx))) return false
    const found = await store.unread(trx, most)
    const alone = most === 1
    const spoken = alone && found.length > 0 ? [] : await store.takeSpoken(trx, alone ? 1 : MOST_LINES)
    if (found.length === 0 && spoken.length === 0) return false
    const lines = await store.newLines(trx, found, MOST_LINES + 1)
    const read = readTo(found, lines)
    await store.deleteLines(trx, read)
    await store.takeDirty(trx, read)
    await addFacts(trx, read, sounds)
    // Who took part since the lines before were read is known now.
    await bearParties(
      trx,
      read.map(({ id }) => id),
    )
    await addLines(trx, [...lines.slice(0, MOST_LINES), ...spoken], blockLines)
    const last = read.findLast(({ dirty }) => !dirty)
    if (last) await store.setProgress(trx, last.lastAt)
    const full = found.length === most || lines.length > MOST_LINES
    return full || spoken.length === (alone ? 1 : MOST_LINES)
  })
}

/** The first that is unread counts as read, with nothing to be found by. */
async function passOver(d: D, err: unknown): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    if (!(await store.lockSearch(trx))) return
    const [first] = await store.unread(trx, 1)
    if (!first) {
      if (await store.passOverSpoken(trx)) d.log.error({ err }, 'a spoken line cannot be looked through')
      return
    }
    d.log.error({ err, conversationId: first.id }, 'a conversation cannot be looked through')
    await store.takeDirty(trx, [first])
    const { id, seq, startedAt, lastAt } = first
    const facts = { facets: [], lengthMs: 0, callMs: 0, hold: null, silence: null, overlap: null, mos: null }
    await store.writeFacts(trx, [{ id, seq, startedAt, lastAt, facts, dirty: false }])
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

/** Of each call whose recording is finished; null: nobody was heard; `UNREAD`: it could not be read now. */
type Sounds = ReadonlyMap<string, CallFacts['sound'] | typeof UNREAD>
const UNREAD = Symbol('unread')

async function soundsOf(d: D, unread: readonly store.Unread[]): Promise<Sounds> {
  const ids = unread.map(({ id }) => id)
  if (ids.length === 0) return new Map()
  const finalised = (await store.answeredCalls(d.db, ids)).filter((call) => call.finalised)
  const events = await store.otherEvents(d.db, [...new Set(finalised.map((call) => call.conversationId))])
  const found = finalised.map(
    async ({ id, conversationId }) => [id, await soundOf(d, id, events.get(conversationId) ?? [])] as const,
  )
  return new Map(await Promise.all(found))
}

async function addFacts(trx: Transaction, read: readonly Read[], sounds: Sounds): Promise<void> {
  const ids = read.map(({ id }) => id)
  const [events, calls] = [await store.otherEvents(trx, ids), await store.answeredCalls(trx, ids)]
  const rows = read.map((one): store.FactRow => {
    const { id, to, siteId, locale, startedAt, lastAt, shares } = one
    const own = calls.filter(({ conversationId }) => conversationId === id)
    const finalised = own.filter((call) => call.finalised).map((call) => sounds.get(call.id))
    const heard = own.map(({ id: callId, ms, mos }) => {
      const sound = sounds.get(callId)
      return { ms, mos, sound: sound === UNREAD ? null : (sound ?? null) }
    })
    const facts = factsOf({ siteId, locale, startedAt, lastAt, events: events.get(id) ?? [], calls: heard })
    const known = finalised.includes(UNREAD) ? shares : {}
    // Finished since the recordings were read, or too long for one pass and behind what has been passed.
    const dirty = finalised.includes(undefined) || (one.dirty && to < one.seq)
    return { id, seq: to, startedAt, lastAt, facts: { ...facts, ...known }, dirty }
  })
  await store.writeFacts(trx, rows)
}

/** A recording that cannot be read leaves its shares as they were known, nothing more. */
async function soundOf(d: D, callId: string, events: readonly ConversationEvent[]) {
  try {
    const index = await d.recordings.index(callId)
    const audio = index?.audio
    if (!index || !audio) return null
    // Colleagues and guests speak, too; their files have the same span.
    const voices = [audio, ...index.further].flatMap(({ peaks }) =>
      peaks.map((one) => Buffer.from(one, 'base64')),
    )
    const zero = index.startMs + audio.start
    const holds = holdsOf(events, index.endMs).map(({ from, to }) => ({ from: from - zero, to: to - zero }))
    const holes = index.holes
      .filter(({ track }) => !track || track.source === 'mic')
      .map(({ from, to }) => ({ from: from - audio.start, to: to - audio.start }))
    return talkOf(voices, audio.peakMs, { holds, holes })
  } catch (err) {
    d.log.warn({ err, callId }, 'the index of a recording cannot be read')
    return UNREAD
  }
}
