import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Input, BufferSource, EncodedPacketSink, OGG } from 'mediabunny'
import { v7 as newId } from 'uuid'
import type { ReplayIndex } from '../../sfu/control/replay-index.ts'
import { joinStreams, SILENT_SLOT } from '../../sfu/recording/opus.ts'
import { SeekableFile } from '../../sfu/recording/seekable-file.ts'
import { codedOpus, readCodedOpus } from '../../sfu/testing/coded-media.ts'
import { auditPage } from '../audit/audit.store.ts'
import type { Failure } from '../contract/errors.ts'
import type { Handout, PackageAnswer } from '../contract/handout.ts'
import { emptyState } from '../conversation/conversation.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { removeRows } from '../keeping/removal.store.ts'
import { createRecordings } from '../recording/recordings.ts'
import { inTransaction } from '../storage/database.ts'
import { askPackage, openPackage } from './handout.service.ts'
import { unzipped } from './testing/unzip.ts'

type Staff = Awaited<ReturnType<TestHttp['staff']>>
let http: TestHttp
let [supervisor, reviewer, agent] = [] as unknown as [Staff, Staff, Staff]
let talk: Awaited<ReturnType<typeof addTalk>>
const begin = Date.UTC(2026, 0, 1)
const SLOTS = 150

beforeAll(async () => {
  http = await startTestHttp()
  await mkdir(http.clientDir, { recursive: true })
  await writeFile(path.join(http.clientDir, 'handout.js'), 'document.title = "</script>"')
  await writeFile(path.join(http.clientDir, 'handout.css'), 'body { margin: 0 }')
  supervisor = await http.staff('supervisor')
  reviewer = await http.staff('reviewer')
  agent = await http.staff('agent')
  talk = await addTalk()
})
afterAll(() => http.close())

/** Its signs mean something in an address. */
const BILL = 'قبض 50% #2.txt'

const ask = (who: Staff, json: object, id = talk.id) =>
  http.send(`/api/replay/${id}/package`, { method: 'POST', token: who.access, json })
const fetchAs = (who: Staff, url: string) =>
  http.send(url, { cookie: `parley_media=${who.cookies.get('parley_media')}` })
const codeOf = async (answer: Response) => ((await answer.json()) as Failure).code
async function taken(who: Staff, notes: boolean, id = talk.id): Promise<Map<string, Buffer>> {
  const { url } = (await (await ask(who, { locale: 'fa', notes }, id)).json()) as PackageAnswer
  const answer = await fetchAs(who, url)
  expect(answer.headers.get('content-disposition')).toContain('.zip')
  const files = unzipped(Buffer.from(await answer.arrayBuffer()))
  const prefix = `parley-${id}/`
  return new Map([...files].map(([name, bytes]) => [name.replace(prefix, ''), bytes]))
}
const handoutIn = (files: Map<string, Buffer>) => {
  const [, json = ''] = /id="handout">(.*?)<\/script>/.exec(String(files.get('replay.html'))) ?? []
  return JSON.parse(json) as Handout
}

describe('a package', () => {
  it('has sound of both sides byte for byte, each voice by itself, pictures, files, and what was written', async () => {
    const files = await taken(reviewer, false)
    expect([...files.keys()].sort()).toEqual(
      [
        ...['replay.html', 'events.json', 'transcript.txt', 'transcript.vtt'],
        ...['call-1/sound.webm', 'call-1/sound.vtt', 'call-1/video-1-visitor-cam.webm'],
        ...['call-1/tracks/visitor.opus', 'call-1/tracks/agent.opus', `files/${talk.file}-${BILL}`],
      ].sort(),
    )
    expect(hash(files.get('call-1/sound.webm'))).toBe(hash(talk.sound))
    expect(String(files.get('call-1/video-1-visitor-cam.webm'))).toBe('pictures')
    expect(String(files.get(`files/${talk.file}-${BILL}`))).toBe('12 EUR')
    for (const [name, voice] of [
      ['visitor', 0],
      ['agent', 1],
    ] as const) {
      const heard = await packetsOf(files.get(`call-1/tracks/${name}.opus`))
      const coded = heard.flatMap(({ data, at }) => {
        const found = readCodedOpus(data)
        return found ? [{ ...found, at }] : []
      })
      expect(coded.map(({ number }) => number)).toEqual(numbersOf(voice))
      expect(coded.every((one) => one.voice === voice && Math.abs(one.at - one.number * 20) < 1)).toBe(true)
      expect(heard).toHaveLength(SLOTS)
    }
    expect(String(files.get('transcript.txt'))).toContain('Ada: hello <b> ••••')
    expect(String(files.get('call-1/sound.vtt'))).toContain('00:00:01.000 --> ')
  })

  it('plays by itself: its page knows every file that lies beside it, and lets nothing else in', async () => {
    const files = await taken(reviewer, false)
    const handout = handoutIn(files)
    const { sounds, pictures, files: attached } = handout
    expect(handout).toMatchObject({ locale: 'fa', visitor: 'Ada' })
    expect(sounds).toEqual([{ src: 'call-1/sound.webm', from: begin, to: begin + SLOTS * 20, leads: true }])
    const named = [...pictures.map(({ src }) => src), ...Object.values(attached).map(({ file }) => file)]
    // As a browser looks for them beside the page.
    const placeOf = (src: string) => decodeURIComponent(new URL(src, 'file:///').pathname).slice(1)
    expect(named).toHaveLength(2)
    for (const name of named) expect(files.has(placeOf(name))).toBe(true)
    const html = String(files.get('replay.html'))
    expect(html).toContain('dir="rtl"')
    expect(html).not.toMatch(/https?:|type="module"|"<\/script>"/)
    const [, policy = ''] = /Policy" content="([^"]*)"/.exec(html) ?? []
    const script = html.slice(html.lastIndexOf('<script>') + 8, html.lastIndexOf('</script>'))
    expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`)
  })

  it('has what only staff see for who may give that out, asks for it, and is told in the log once', async () => {
    const word = 'careful with this one'
    expect(everything(await taken(supervisor, false))).not.toContain(word)
    expect(everything(await taken(supervisor, true))).toContain(word)
    expect(everything(await taken(supervisor, true))).not.toContain('4111')
    expect(await codeOf(await ask(reviewer, { locale: 'en', notes: true }))).toBe('notAllowed')
    const { entries } = await auditPage(http.db, { subject: talk.id, person: supervisor.person.id })
    expect(entries.map(({ action, facts }) => [action, facts])).toEqual([
      ['downloaded', { locale: 'fa', notes: true }],
      ['downloaded', { locale: 'fa', notes: true }],
      ['downloaded', { locale: 'fa', notes: false }],
    ])
  })

  it('is nobody else’s, and of a conversation that is not there nothing is told', async () => {
    const asked = { locale: 'en', notes: false }
    expect(await codeOf(await ask(agent, asked))).toBe('notAllowed')
    expect(await codeOf(await ask(reviewer, asked, newId()))).toBe('notFound')
    expect(await codeOf(await ask(reviewer, { locale: 'xx', notes: false }))).toBe('badInput')
    const { url } = (await (await ask(reviewer, asked)).json()) as PackageAnswer
    expect(await codeOf(await fetchAs(supervisor, url))).toBe('notFound')
    const elsewhere = await addTalk()
    expect(await codeOf(await fetchAs(reviewer, url.replace(talk.id, elsewhere.id)))).toBe('notFound')
    expect((await http.send(url)).status).toBe(401)
  })

  it('says which recordings are not in it: one that is being prepared, and one whose files are gone', async () => {
    const early = await addTalk()
    await rm(early.folder, { recursive: true })
    const holes = async () => handoutIn(await taken(reviewer, false, early.id)).holes
    const hole = { from: begin, to: begin }
    expect(await holes()).toEqual([{ ...hole, reason: 'unfinished' }])
    await http.db
      .updateTable('call')
      .set({ finalised_at: new Date() })
      .where('id', '=', early.callId)
      .execute()
    expect(await holes()).toEqual([{ ...hole, reason: 'filesLost' }])
  })

  it('is not given where it is erased while it is made', async () => {
    const [goes, { db, config, clientDir }] = [await addTalk(), http]
    const { id: personId, name, role } = reviewer.person
    const caller = {
      kind: 'staff',
      personId,
      name,
      role,
      queues: [],
      sessionId: newId(),
      locale: 'en',
      by: 'link',
    } as const
    const id = await askPackage(db, caller, goes.id, { locale: 'en', notes: false })
    const found = createRecordings(http)
    const index = async (callId: string) => {
      await inTransaction(db, (trx) => removeRows(trx, 'conversation', { id: goes.id, job: newId() }))
      return found.index(callId)
    }
    const d = { db, config, clientDir, recordings: { ...found, index }, now: () => new Date() }
    await expect(openPackage(d, caller, { conversationId: goes.id, id })).rejects.toMatchObject({
      code: 'notFound',
    })
  })

  it('is not given where a part of it is missing', async () => {
    const broken = await addTalk()
    await rm(path.join(broken.folder, 'video-a.webm'))
    const asked = await ask(reviewer, { locale: 'en', notes: false }, broken.id)
    const { url } = (await asked.json()) as PackageAnswer
    expect((await fetchAs(reviewer, url)).status).toBe(500)
  })
})

const hash = (bytes: Buffer | undefined) =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')
const everything = (files: Map<string, Buffer>) => [...files.values()].map(String).join('\n')
/** The visitor speaks, then the agent. */
const numbersOf = (voice: 0 | 1) =>
  Array.from({ length: SLOTS }, (_, n) => n).filter((n) => (n < SLOTS / 2 ? 0 : 1) === voice)

async function packetsOf(file: Buffer | undefined) {
  const input = new Input({ formats: [OGG], source: new BufferSource(new Uint8Array(file ?? [])) })
  const [track] = await input.getAudioTracks()
  if (!track) throw new Error('no track')
  const packets: { data: Uint8Array; at: number }[] = []
  for await (const { data, timestamp } of new EncodedPacketSink(track).packets())
    packets.push({ data, at: timestamp * 1_000 })
  return packets
}

async function writeSound(file: string): Promise<void> {
  const sound = await SeekableFile.create(file, { kind: 'sound' })
  for (let slot = 0; slot < SLOTS; slot++) {
    const voice = slot < SLOTS / 2 ? 0 : 1
    const said = { toc: 0xf8, frames: [codedOpus(slot, voice).subarray(1)] }
    const both = voice === 0 ? joinStreams(said, SILENT_SLOT) : joinStreams(SILENT_SLOT, said)
    await sound.add({ data: both, key: true, atMs: slot * 20, lastsMs: 20 })
  }
  await sound.finish(SLOTS * 20)
  await sound.close()
}

function indexOf(callId: string): ReplayIndex {
  const visitor = { seatId: 'visitor', role: 'visitor' as const }
  return {
    ...{ version: 1, roomId: callId, startMs: begin, endMs: begin + SLOTS * 20, holes: [] },
    ...{ further: [], asides: [] },
    audio: {
      ...{
        file: 'audio.webm',
        bytes: 1,
        start: 0,
        durationMs: SLOTS * 20,
        peakMs: 100,
        peaks: [],
        filler: [],
      },
      channels: [visitor, { seatId: 'agent', role: 'agent' }],
    },
    video: [
      {
        ...{ ...visitor, segmentId: 'a', source: 'cam', file: 'video-a.webm', bytes: 8 },
        ...{ start: 0, durationMs: 5, width: 2, height: 2 },
      },
    ],
  }
}

async function addTalk() {
  const [id, callId, file] = [newId(), newId(), newId()]
  const { visitorId } = http.tokens.verifyVisitor((await http.visitor()).access)
  await http.db.updateTable('visitor').set({ name: 'Ada' }).where('id', '=', visitorId).execute()
  const at = new Date(begin)
  const state = JSON.stringify(emptyState)
  await http.db
    .insertInto('conversation')
    .values({
      ...{ id, site_id: http.site.id, visitor_id: visitorId, phase: 'ended', created_at: at, last_at: at },
      ...{ state, visitor_state: state },
    })
    .execute()
  const attachments = [{ id: file, name: BILL, type: 'text/plain', bytes: 6 }]
  await addEvent(id, {
    seq: 1,
    type: 'message',
    seen: true,
    payload: { text: 'hello <b> ••••', attachments },
  })
  await addEvent(id, { seq: 2, type: 'note', seen: false, payload: { text: 'careful with this one' } })
  await http.db
    .insertInto('hidden_text')
    .values({ conversation_id: id, seq: 1, text: 'hello <b> 4111' })
    .execute()
  await http.db
    .insertInto('attachment')
    .values({
      ...attachments[0]!,
      conversation_id: id,
      visitor_id: visitorId,
      preview: false,
      created_at: at,
    })
    .execute()
  await mkdir(path.join(http.config.dataDir, 'attachments'), { recursive: true })
  await writeFile(path.join(http.config.dataDir, 'attachments', file), '12 EUR')
  const times = { asked_at: at, answered_at: at, ended_at: at }
  await http.db
    .insertInto('call')
    .values({ id: callId, conversation_id: id, media: 'video', asked_by: 'visitor', ...times })
    .execute()
  const segment = { id: newId(), call_id: callId, seat_id: 'visitor', source: 'mic', opened_at: at }
  await http.db.insertInto('segment').values(segment).execute()
  return { id, callId, file, ...(await addFiles(callId)) }
}

async function addFiles(callId: string) {
  const folder = path.join(http.config.dataDir, 'recordings', callId)
  await mkdir(folder, { recursive: true })
  const sound = path.join(folder, 'audio.webm')
  await writeSound(sound)
  await writeFile(path.join(folder, 'video-a.webm'), 'pictures')
  await writeFile(path.join(folder, 'replay.json'), JSON.stringify(indexOf(callId)))
  return { folder, sound: await readFile(sound) }
}

type Added = { seq: number; type: string; seen: boolean; payload: object }

async function addEvent(conversation: string, { seq, type, seen, payload }: Added): Promise<void> {
  const row = { conversation_id: conversation, seq, visitor_seq: seen ? seq : null, type, v: 1 }
  await http.db
    .insertInto('conversation_event')
    .values({
      ...{ ...row, actor_kind: 'visitor', payload: JSON.stringify(payload) },
      at: new Date(begin + 1_000 * seq),
    })
    .execute()
}
