/** A video conversation of an hour as the recorder would have left it, finalised by the product; and its log. */
import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { v7 as newId } from 'uuid'
import { createBus } from '../../server/bus.ts'
import {
  append,
  createConversation,
  event,
  system,
  visitorActor,
} from '../../server/conversation/conversation.log.ts'
import type { Actor, EventBody } from '../../server/conversation/conversation.ts'
import { findStored } from '../../server/recording/stored.store.ts'
import { type Database, inTransaction } from '../../server/storage/database.ts'
import { insertVisitor } from '../../server/visitor/visitor.store.ts'
import type { ReplayIndex } from '../../sfu/control/replay-index.ts'
import { finaliseFolder, removeRaw } from '../../sfu/recording/finalise.ts'
import { INDEX_FILE } from '../../sfu/recording/paths.ts'
import { RawRecording, type Track } from '../../sfu/testing/raw-recording.ts'
import { EVERY_MS, FIRST_MS, FPS, HEIGHT, type Loop, LOOP_S, WIDTH } from './coded-loop.ts'
import { writePlain } from './plain-file.ts'

/** The visitor's clock runs fast against the node's by so much: 0.7 s in an hour, if nobody minded. */
export const PPM = { visitor: 200, agent: 0 } as const
export type Role = keyof typeof PPM
export const roles = ['visitor', 'agent'] as const
/** Until both have sat down. */
const BEGINS_MS = 2_000
/** Each speaks in turn, for so many packets of each turn of both. */
const [TURN, SPEAKS] = [800, 450]
const MESSAGE_EVERY_MS = 18_000
/** So long before the call the conversation began. */
const WRITTEN_MS = 5_000
const STORED_MS = 120_000
const ASKED_MS = 4_000
/** Where on the conversation's axis the recording begins. */
export const CALL_AT_S = (WRITTEN_MS + ASKED_MS + BEGINS_MS) / 1_000

export type Ground = { db: Database; siteId: string; agent: { id: string; name: string } }
export type Talk = {
  conversationId: string
  callId: string
  folder: string
  index: ReplayIndex
  /** When the node's clock was 0, by the server's, ms since 1970. */
  serverAt0: number
  minutes: number
}

/** When the side's fire of that number was captured, server's clock. */
export const firedAt = ({ serverAt0 }: Talk, role: Role, number: number): number =>
  serverAt0 + BEGINS_MS + (FIRST_MS + number * EVERY_MS) / (1 + PPM[role] / 1e6)

const speaks = (role: Role, packet: number): boolean =>
  (packet + (role === 'agent' ? TURN / 2 : 0)) % TURN < SPEAKS
/** Packets around a tone are all there: it shall be heard to begin where it does. */
const sounds = (packet: number): boolean => packet % 100 >= 40 && packet % 100 < 70

function trackOf(role: Role, { pictures, packets }: Loop, minutes: number): Track {
  return {
    ...{ seat: role, role, begins: BEGINS_MS, seconds: minutes * 60, ppm: PPM[role] },
    // Who is silent sends next to nothing, and one packet in a hundred is lost.
    sends: (number) => number === 0 || sounds(number) || (speaks(role, number) && number % 97 !== 13),
    packet: (number) => packets[number % (LOOP_S * 50)] ?? Buffer.alloc(0),
    level: (number) => (speaks(role, number) ? 25 + ((number * 7) % 20) : 100),
    picture(number) {
      const one = pictures[number % (LOOP_S * FPS)]
      return one ? { ...one, width: one.key ? WIDTH : 0, height: one.key ? HEIGHT : 0 } : null
    },
  }
}

/** Its files only; `store` gives it a conversation. */
export async function recordTalk(dataDir: string, loop: Loop, minutes: number): Promise<Talk> {
  const { callId, folder } = newCall(dataDir)
  const serverAt0 = Date.now() - minutes * 60_000 - 10 * 60_000
  const raw = await RawRecording.begin(callId, { server: serverAt0, folder })
  for (const role of roles) {
    const track = trackOf(role, loop, minutes)
    await raw.sound(track)
    await raw.pictures(track)
  }
  await raw.end()
  const finalised = await finaliseFolder(folder)
  if (!finalised) throw new Error('nothing was recorded')
  await removeRaw(folder)
  return { conversationId: newId(), callId, folder, serverAt0, minutes, index: finalised.index }
}

/** Another, of which nothing is there but one file: of the talk's sound and the visitor's pictures. */
export async function recordPlain(dataDir: string, talk: Talk): Promise<Talk & { file: string }> {
  const { callId, folder } = newCall(dataDir)
  const { audio, video, ...about } = talk.index
  const picture = video.find(({ role }) => role === 'visitor')
  if (!audio || !picture) throw new Error('a side is missing in the recording')
  const part = ({ file, start }: { file: string; start: number }) => ({
    path: join(talk.folder, file),
    start,
  })
  const file = 'video-plain.webm'
  const path = join(folder, file)
  await writePlain({ sound: part(audio), picture: part(picture) }, path)
  const { table: _, ...seen } = picture
  const plain = { ...seen, file, bytes: statSync(path).size }
  const index = { ...about, roomId: callId, audio: null, video: [plain] }
  writeFileSync(join(folder, INDEX_FILE), JSON.stringify(index))
  return { ...talk, conversationId: newId(), callId, folder, index, file }
}

/** Another, of which the talk's sound is there and no picture. */
export async function recordVoice(dataDir: string, talk: Talk): Promise<Talk> {
  const { callId, folder } = newCall(dataDir)
  const { audio } = talk.index
  if (!audio) throw new Error('the sound is missing in the recording')
  copyFileSync(join(talk.folder, audio.file), join(folder, audio.file))
  const index = { ...talk.index, roomId: callId, video: [] }
  writeFileSync(join(folder, INDEX_FILE), JSON.stringify(index))
  return { ...talk, conversationId: newId(), callId, folder, index }
}

function newCall(dataDir: string): { callId: string; folder: string } {
  const callId = newId()
  const folder = join(dataDir, 'recordings', callId)
  mkdirSync(folder, { recursive: true })
  return { callId, folder }
}

/** Gives it its conversation, and waits until the product has sealed what lies there. */
export async function store(ground: Ground, talk: Talk): Promise<void> {
  await layLog(ground, talk)
  const deadline = performance.now() + STORED_MS
  while (!(await findStored(ground.db, talk.callId))) {
    if (performance.now() > deadline) throw new Error('the recording was not sealed')
    await delay(100)
  }
}

type At = { at: number; actor: Actor; body: EventBody }

async function layLog(ground: Ground, talk: Talk): Promise<void> {
  const { db, siteId } = ground
  const { conversationId, callId, serverAt0, minutes } = talk
  const [asked, answered] = [serverAt0 - ASKED_MS, serverAt0 + 1_000]
  const ended = serverAt0 + BEGINS_MS + minutes * 60_000
  const visitorId = newId()
  const entries = entriesOf(ground, { callId, asked, answered, ended })
  await inTransaction(db, async (trx) => {
    await insertVisitor(trx, { id: visitorId, siteId, locale: 'en', at: new Date(asked) })
    let locked = await createConversation(trx, {
      ...{ id: conversationId, siteId, visitorId, previousId: null, now: asked - WRITTEN_MS },
    })
    for (const { at, actor, body } of entries)
      locked = await append(trx, createBus(), { ...locked, now: at }, [{ actor, body }])
    await trx
      .insertInto('call')
      .values({
        ...{ id: callId, conversation_id: conversationId, media: 'video', asked_by: 'visitor' },
        ...{ agent_id: ground.agent.id, end_reason: 'hungUp', asked_at: new Date(asked) },
        ...{ answered_at: new Date(answered), ended_at: new Date(ended), finalised_at: new Date(ended) },
      })
      .execute()
    const segment = { call_id: callId, seat_id: 'visitor', opened_at: new Date(answered) }
    for (const source of ['mic', 'cam'])
      await trx
        .insertInto('segment')
        .values({ id: newId(), source, ...segment })
        .execute()
  })
}

type Times = { callId: string; asked: number; answered: number; ended: number }

function entriesOf({ agent }: Ground, { callId, asked, answered, ended }: Times): At[] {
  const written = asked - WRITTEN_MS
  const sara: Actor = { kind: 'agent', id: agent.id, name: agent.name }
  const words: At[] = []
  for (let at = written + 2_000; at < ended; at += MESSAGE_EVERY_MS) {
    const actor = words.length % 2 === 0 ? visitorActor : sara
    words.push({
      at,
      actor,
      body: event('message', { text: `What is said in writing, ${words.length + 1}` }),
    })
  }
  const raised = roles.flatMap((seat) =>
    (['mic', 'cam'] as const).map((source) => ({
      ...{ at: answered, actor: seat === 'agent' ? sara : visitorActor },
      body: event('mediaRaised', { callId, seat, source }),
    })),
  )
  const consent = { record: ['mic' as const, 'cam' as const] }
  const durationMs = ended - answered
  return [
    { at: written, actor: visitorActor, body: event('started', { locale: 'en' }) },
    { at: written, actor: system, body: event('queued', { reason: 'new', queueId: null }) },
    { at: written + 1_000, actor: sara, body: event('assigned', { agentId: agent.id, name: agent.name }) },
    {
      at: asked,
      actor: visitorActor,
      body: event('callAsked', { callId, media: 'video', by: 'visitor', consent }),
    },
    { at: answered, actor: sara, body: event('callConnected', { callId }) },
    ...raised,
    { at: answered, actor: system, body: event('recordingStarted', { callId }) },
    ...words,
    {
      ...{ at: ended, actor: sara },
      body: event('callEnded', { callId, reason: 'hungUp', by: 'agent', durationMs, recorded: true }),
    },
    { at: ended, actor: sara, body: event('ended', { by: 'agent' }) },
  ].sort((a, b) => a.at - b.at)
}
