/** An endpoint that hears what a test tells it to, over real HTTP; and calls whose recordings are whole. */
import { cp, mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { v7 as newId } from 'uuid'
import { finaliseFolder } from '../../sfu/recording/finalise.ts'
import { RawRecording } from '../../sfu/testing/raw-recording.ts'
import { emptyState } from '../conversation/conversation.ts'
import { addSite } from '../site/site.service.ts'
import type { Database } from '../storage/database.ts'
import { insertVisitor } from '../visitor/visitor.store.ts'

export type Asked = { form: FormData; ogg: Buffer; authorization: string | undefined; path: string }
/** `raw`: sent to the letter, in place of a body. */
type Answer = { status?: number; headers?: Record<string, string>; body?: unknown; raw?: string }
export type Ear = {
  url: string
  asked: Asked[]
  /** `null` hangs until the caller gives up. */
  answer: (asked: Asked, nth: number) => Answer | null | Promise<Answer | null>
  close(): Promise<void>
}

export async function startEar(): Promise<Ear> {
  const server = createServer((req, res) => {
    const parts: Buffer[] = []
    req.on('data', (part: Buffer) => parts.push(part))
    req.on('end', () => {
      void heard(Buffer.concat(parts)).then(async ({ form, ogg }) => {
        const asked = { form, ogg, authorization: req.headers.authorization, path: req.url ?? '' }
        ear.asked.push(asked)
        const answer = await ear.answer(asked, ear.asked.length - 1)
        if (answer === null) return
        res.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
        res.end(answer.raw ?? JSON.stringify(answer.body ?? {}))
      })
    })
    async function heard(body: Buffer<ArrayBuffer>) {
      const type = req.headers['content-type'] ?? ''
      const form = await new Response(body, { headers: { 'content-type': type } }).formData()
      const file = form.get('file')
      return { form, ogg: file instanceof Blob ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0) }
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const ear: Ear = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/audio/transcriptions`,
    asked: [],
    answer: () => ({ body: { text: '' } }),
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  return ear
}

/** As the endpoint of a common server says it; times in seconds. */
export const says = (...texts: string[]): Answer => ({
  body: {
    ...{ task: 'transcribe', language: 'english', duration: 2 * texts.length, text: texts.join(' ') },
    segments: texts.map((text, id) => ({
      ...{ id, start: 2 * id, end: 2 * id + 2, text: ` ${text}`, avg_logprob: -0.1, no_speech_prob: 0.01 },
    })),
  },
})

export type Talk = { visitorId: string; conversationId: string; callId: string }

export async function addCall(db: Database, queueId: string | null = null): Promise<Talk> {
  const ids = { visitorId: newId(), conversationId: newId(), callId: newId() }
  const site = await addSite(db, { name: 'Shop', origins: ['http://127.0.0.1:1'] })
  const at = new Date()
  await db
    .transaction()
    .execute((trx) => insertVisitor(trx, { id: ids.visitorId, siteId: site.id, locale: 'en', at }))
  const state = JSON.stringify(emptyState)
  await db
    .insertInto('conversation')
    .values({
      ...{ id: ids.conversationId, site_id: site.id, visitor_id: ids.visitorId, queue_id: queueId, seq: 1 },
      ...{ state, visitor_state: state, phase: 'ended', created_at: at, last_at: at },
    })
    .execute()
  const payload = JSON.stringify({ agentId: newId(), name: 'Ana' })
  await db
    .insertInto('conversation_event')
    .values({
      ...{ conversation_id: ids.conversationId, seq: 1, at: new Date(0), type: 'assigned', v: 1, payload },
      actor_kind: 'system',
    })
    .execute()
  await db
    .insertInto('call')
    .values({
      ...{ id: ids.callId, conversation_id: ids.conversationId, media: 'voice', asked_by: 'visitor' },
      ...{ asked_at: at, answered_at: at, ended_at: at, finalised_at: at },
    })
    .execute()
  return ids
}

/** The first instant of what `record` makes, ms. */
export const BEGIN = 1_000_000

/** Both sides speak: the visitor in these seconds, the agent in those. Paused between `paused`. */
export async function record(
  dataDir: string,
  callId: string,
  spoken: { visitor: [number, number][]; agent: [number, number][]; paused?: [number, number] },
): Promise<void> {
  const raw = await RawRecording.begin(callId)
  const { paused } = spoken
  for (const [voice, role] of (['visitor', 'agent'] as const).entries()) {
    const sends = (n: number) => n === 0 || spoken[role].some(([from, to]) => n >= from * 50 && n < to * 50)
    await raw.sound({ seat: role, role, begins: 0, seconds: 60, voice, sends })
  }
  if (paused) {
    raw.note({ t: 'pause', node: paused[0] * 1000 })
    raw.note({ t: 'resume', node: paused[1] * 1000 })
  }
  await raw.end()
  await finaliseFolder(raw.folder)
  const folder = path.join(dataDir, 'recordings', callId)
  await mkdir(path.dirname(folder), { recursive: true })
  await cp(raw.folder, folder, { recursive: true })
  await rm(raw.folder, { recursive: true })
}
