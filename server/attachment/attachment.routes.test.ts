import { readdir } from 'node:fs/promises'
import { createConnection } from 'node:net'
import path from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { v7 as newId } from 'uuid'
import type { Attachment } from '../contract/http.ts'
import type { Failure } from '../contract/errors.ts'
import { emptyState, type Phase } from '../conversation/conversation.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { inTransaction } from '../storage/database.ts'
import type { StaffIdentity, VisitorIdentity } from '../auth/authenticate.ts'
import type { GuestCaller } from '../caller/caller.ts'
import {
  bindAttachments,
  openForGuest,
  openForStaff,
  openForVisitor,
  sweepAttachments,
} from './attachment.service.ts'

let http: TestHttp
let visitor: { access: string; id: string }
beforeAll(async () => {
  http = await startTestHttp()
  visitor = await newVisitor()
})
afterAll(() => http.close())

async function newVisitor() {
  const { access } = await http.visitor()
  return { access, id: http.tokens.verifyVisitor(access).visitorId }
}

const upload = (
  token: string,
  name: string,
  body: BodyInit,
  type = 'application/octet-stream',
  who = 'visitor',
) =>
  http.send(`/api/${who}/attachments?name=${encodeURIComponent(name)}`, {
    ...{ method: 'POST', token, body },
    headers: { 'content-type': type },
  })
const stored = async (token: string, name: string, body: BodyInit, type?: string) =>
  (await upload(token, name, body, type)).json() as Promise<Attachment>
const get = (token: string, where: string) => http.send(where, { token })
const codeOf = async (answer: Response) => ((await answer.json()) as Failure).code
const filesLeft = () => readdir(path.join(http.config.dataDir, 'attachments')).catch(() => [])

const picture = (format: 'png' | 'jpeg' | 'gif' | 'webp' | 'avif') =>
  sharp({ create: { width: 900, height: 300, channels: 3, background: '#006a6f' } })
    .toFormat(format)
    .toBuffer()

describe('what an upload is taken for', () => {
  it.each(['png', 'jpeg', 'gif', 'webp', 'avif'] as const)(
    'a %s gets its size and a preview',
    async (format) => {
      const made = await stored(visitor.access, 'shoe.exe', await picture(format), 'text/html')
      expect(made).toMatchObject({ name: 'shoe.exe', type: `image/${format}`, width: 900, height: 300 })
      const preview = await get(visitor.access, `/api/visitor/attachments/${made.id}/preview`)
      expect(preview.headers.get('content-type')).toBe('image/webp')
      expect((await sharp(await preview.arrayBuffer()).metadata()).width).toBe(640)
    },
  )

  it.each([
    ['a page that says it is a picture', '<script>alert(1)</script>', 'image/png', 'text/plain'],
    [
      'an SVG',
      '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
      'image/svg+xml',
      'text/plain',
    ],
    ['an SVG with its XML line', '<?xml version="1.0"?><svg onload="x()"/>', 'image/svg+xml', 'text/plain'],
    ['a PDF', '%PDF-1.7\n%âãÏÓ\n1 0 obj', 'text/plain', 'application/pdf'],
    ['bytes', new Uint8Array([0, 1, 2, 3, 255]), 'text/plain', 'application/octet-stream'],
    ['JSON', '{"a":1}', 'application/json', 'text/plain'],
    [
      'only the beginning of a picture',
      new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0]),
      'image/png',
      'application/octet-stream',
    ],
  ])('%s', async (_what, body, claimed, type) => {
    const made = await stored(visitor.access, 'x', body, claimed)
    expect(made.type).toBe(type)
    expect(made.width).toBeUndefined()
    expect((await get(visitor.access, `/api/visitor/attachments/${made.id}/preview`)).status).toBe(404)
  })

  it('an image of 50,000 × 50,000 pixels is a file without preview, and quickly so', async () => {
    const began = performance.now()
    const made = await stored(visitor.access, 'bomb.png', bomb(), 'image/png')
    expect(made).toMatchObject({ type: 'application/octet-stream' })
    expect(made.width).toBeUndefined()
    expect(performance.now() - began).toBeLessThan(3_000)
  })
})

describe('what an upload is refused for', () => {
  it('nothing, no name, no token, a lone surrogate in the name', async () => {
    const before = await filesLeft()
    expect(await codeOf(await upload(visitor.access, 'a', ''))).toBe('badInput')
    expect(
      await codeOf(
        await http.send('/api/visitor/attachments', { method: 'POST', token: visitor.access, body: 'a' }),
      ),
    ).toBe('badInput')
    expect(await codeOf(await upload('', 'a', 'a'))).toBe('signInNeeded')
    const nul = await http.send('/api/visitor/attachments?name=%00', {
      method: 'POST',
      token: visitor.access,
      body: 'a',
    })
    expect(await codeOf(nul)).toBe('badInput')
    expect(await filesLeft()).toEqual(before)
  })

  it('50 MB that say so, and 26 MB that do not, leaving nothing behind', async () => {
    const before = await filesLeft()
    expect(await codeOf(await upload(visitor.access, 'a', new Uint8Array(50 * 1024 * 1024)))).toBe('tooLarge')
    const chunk = new Uint8Array(1024 * 1024)
    let left = 26
    const body = new ReadableStream({
      pull: (stream) => (left-- > 0 ? stream.enqueue(chunk) : stream.close()),
    })
    const init = { method: 'POST', token: visitor.access, body, duplex: 'half' } as const
    expect(await codeOf(await http.send('/api/visitor/attachments?name=a', init))).toBe('tooLarge')
    expect(await filesLeft()).toEqual(before)
  })

  it('a sender who goes away, leaving nothing behind', async () => {
    const before = await filesLeft()
    const socket = createConnection(http.config.port, '127.0.0.1')
    socket.write(
      `POST /api/visitor/attachments?name=a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${visitor.access}\r\nContent-Length: 1000\r\n\r\nhalf`,
    )
    await until(async () => (await filesLeft()).length > before.length)
    socket.destroy()
    await until(async () => (await filesLeft()).length === before.length)
  })
})

describe('who may fetch', () => {
  it('serves nothing inline, sandboxed and kept nowhere', async () => {
    const made = await stored(visitor.access, 'قبض.html', '<script>alert(1)</script>', 'text/html')
    const answer = await get(visitor.access, `/api/visitor/attachments/${made.id}`)
    expect(await answer.text()).toBe('<script>alert(1)</script>')
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="___.html"; filename*=UTF-8''${encodeURIComponent('قبض.html')}`,
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-store',
    })
  })

  it('answers others exactly as for what does not exist', async () => {
    const made = await stored(visitor.access, 'a', 'mine')
    const other = await newVisitor()
    const missing = await get(other.access, '/api/visitor/attachments/00000000-0000-7000-8000-000000000000')
    const foreign = await get(other.access, `/api/visitor/attachments/${made.id}`)
    expect(foreign.status).toBe(404)
    expect(await foreign.text()).toBe(await missing.text())
    expect(namesOf(foreign)).toEqual(namesOf(missing))
    for (const odd of ['x', '..%2f..%2fsecrets.json', '%00', "1'--"]) {
      expect((await get(visitor.access, `/api/visitor/attachments/${odd}`)).status).toBe(404)
    }
  })

  it('asks the database as often for what is somebody else’s as for what does not exist', async () => {
    let asked = 0
    const db = http.db.withPlugin({
      transformQuery: ({ node }) => {
        asked++
        return node
      },
      transformResult: async ({ result }) => result,
    })
    const [bound, unbound] = [
      await stored(visitor.access, 'a', 'mine'),
      await stored(visitor.access, 'b', 'unsent'),
    ]
    const conversation = await addConversation(visitor.id, 'queued')
    await bind(conversation, bound.id)
    await setPhase(conversation, { name: 'ended', at: 1, by: 'agent' })
    const { person } = await http.staff('agent')
    const staff = { kind: 'staff', personId: person.id, name: 'A', role: 'agent', queues: [] } as unknown
    const viewings = { read: () => Promise.reject(new Error('nothing is read')) }
    const guest = { conversationId: newId(), invitationId: newId(), seenFrom: 0 }
    const { id: visitorId } = await newVisitor()
    const doors = [
      (id: string) => openForVisitor(db, { visitorId } as VisitorIdentity, id),
      (id: string) => openForStaff({ db, viewings }, staff as StaffIdentity, id),
      (id: string) => openForGuest(db, guest as GuestCaller, id),
      (id: string) =>
        openForGuest(db, { ...guest, conversationId: conversation, seenFrom: 99 } as GuestCaller, id),
    ]
    const countsOf = async (open: (typeof doors)[number]) => {
      const counts: number[] = []
      for (const id of [newId(), bound.id, unbound.id]) {
        asked = 0
        await expect(open(id)).rejects.toThrow('No such file')
        counts.push(asked)
      }
      return new Set(counts).size
    }
    for (const open of doors) expect(await countsOf(open)).toBe(1)
    // As long as it runs before a colleague, too.
    const { person: colleague } = await http.staff('agent')
    await setPhase(conversation, { name: 'active', agentId: colleague.id, agentName: 'B' })
    for (const open of doors) expect(await countsOf(open)).toBe(1)
  })

  it('lets agents see what waits or is theirs, and reviewers all; nobody without a token', async () => {
    const conversation = await addConversation(visitor.id, 'queued')
    const made = await stored(visitor.access, 'a', 'text')
    await bind(conversation, made.id)
    const where = `/api/desk/attachments/${made.id}`
    const [agent, other, reviewer] = [
      await http.staff('agent'),
      await http.staff('agent'),
      await http.staff('reviewer'),
    ]
    expect((await get(agent.access, where)).status).toBe(200)
    await setPhase(conversation, { name: 'active', agentId: agent.person.id, agentName: 'The agent' })
    expect((await get(agent.access, where)).status).toBe(200)
    expect((await get(other.access, where)).status).toBe(404)
    expect((await get(reviewer.access, where)).status).toBe(200)
    expect(
      (await http.send(where, { cookie: `parley_media=${reviewer.cookies.get('parley_media')}` })).status,
    ).toBe(200)
    expect((await http.send(where)).status).toBe(401)
    expect((await get(visitor.access, where)).status).toBe(401)
    expect((await get(agent.access, `/api/visitor/attachments/${made.id}`)).status).toBe(401)
  })

  it('lets an agent see those of a visitor’s earlier conversations while they have the present one', async () => {
    const { access, id } = await newVisitor()
    const [agent, other] = [await http.staff('agent'), await http.staff('agent')]
    const old = await addConversation(id, 'queued')
    const made = await stored(access, 'a', 'long ago')
    await bindOf(id, old, made.id)
    await setPhase(old, { name: 'ended', at: 1, by: 'agent' })
    const where = `/api/desk/attachments/${made.id}`
    const missing = await get(agent.access, '/api/desk/attachments/00000000-0000-7000-8000-000000000000')
    const before = await get(agent.access, where)
    expect(before.status).toBe(404)
    expect(await before.text()).toBe(await missing.text())
    const present = await addConversation(id, 'queued')
    expect((await get(agent.access, where)).status).toBe(200)
    await setPhase(present, { name: 'active', agentId: other.person.id, agentName: 'Another' })
    expect((await get(agent.access, where)).status).toBe(404)
    await setPhase(present, { name: 'active', agentId: agent.person.id, agentName: 'The agent' })
    expect(await (await get(agent.access, where)).text()).toBe('long ago')
    await setPhase(present, { name: 'ended', at: 2, by: 'visitor' })
    expect((await get(agent.access, where)).status).toBe(404)
  })
})

describe('bindAttachments', () => {
  it('takes only the own and unsent, all or none', async () => {
    const conversation = await addConversation(visitor.id, 'queued')
    const [a, b] = [await stored(visitor.access, 'a', 'a'), await stored(visitor.access, 'b', 'b')]
    const stranger = await newVisitor()
    const foreign = await stored(stranger.access, 'c', 'c')
    await expect(bind(conversation, a.id, foreign.id)).rejects.toMatchObject({ code: 'badInput' })
    await expect(bind(conversation, a.id, a.id)).rejects.toMatchObject({ code: 'badInput' })
    expect(await bind(conversation, b.id, a.id)).toEqual([b, a])
    await expect(bind(conversation, a.id)).rejects.toMatchObject({ code: 'badInput' })
    expect(await bind(conversation)).toEqual([])
  })
})

describe('the sweep', () => {
  it('removes what nobody sent for a week and keeps the rest: a message may wait that long with its files', async () => {
    const [day, config] = [86_400_000, http.config]
    const sweep = (days: number) =>
      sweepAttachments(http.db, { config, now: () => new Date(Date.now() + days * day) })
    const [kept, late] = [
      await stored(visitor.access, 'kept', 'k'),
      await stored(visitor.access, 'late', 'l'),
    ]
    const conversation = await addConversation(visitor.id, 'queued')
    await bind(conversation, kept.id)
    const lost = await stored(visitor.access, 'lost.png', await picture('png'))
    expect(await sweep(6)).toBe(0)
    expect(await bind(conversation, late.id)).toEqual([late])
    expect(await sweep(8)).toBeGreaterThan(0)
    const left = await filesLeft()
    expect(left).toContain(`${kept.id}.sealed`)
    expect(left.filter((name) => name.startsWith(lost.id))).toEqual([])
  })

  it('leaves what is of somebody on whom a legal hold lies, until it is released', async () => {
    const held = await newVisitor()
    const sent = await stored(held.access, 'held', 'h')
    const admin = await http.staff('admin')
    const hold = { id: newId(), visitor_id: held.id, reason: 'File 12', by_id: admin.person.id }
    await http.db.insertInto('legal_hold').values(hold).execute()
    const late = new Date(Date.now() + 30 * 86_400_000)
    const sweep = () => sweepAttachments(http.db, { config: http.config, now: () => late })
    await sweep()
    expect(await filesLeft()).toContain(`${sent.id}.sealed`)
    await http.db
      .updateTable('legal_hold')
      .set({ released_at: new Date() })
      .where('id', '=', hold.id)
      .execute()
    await sweep()
    expect(await filesLeft()).not.toContain(`${sent.id}.sealed`)
  })
})

const namesOf = (answer: Response) => [...answer.headers.keys()].sort()

const bindOf = (visitorId: string, conversationId: string, ...ids: string[]) =>
  inTransaction(http.db, (trx) =>
    bindAttachments(trx, { conversationId, uploader: { kind: 'visitor', id: visitorId }, ids }),
  )
const bind = (conversationId: string, ...ids: string[]) => bindOf(visitor.id, conversationId, ...ids)

async function addConversation(visitorId: string, phase: 'queued'): Promise<string> {
  const id = newId()
  const at = new Date()
  const row = { id, site_id: http.site.id, visitor_id: visitorId, phase, created_at: at, last_at: at }
  await http.db
    .insertInto('conversation')
    .values({ ...row, state: JSON.stringify(emptyState), visitor_state: '{}' })
    .execute()
  return id
}

async function setPhase(id: string, phase: Phase): Promise<void> {
  const agent_id = phase.name === 'active' ? phase.agentId : null
  const state = JSON.stringify({ ...emptyState, phase })
  await http.db
    .updateTable('conversation')
    .set({ phase: phase.name, agent_id, state })
    .where('id', '=', id)
    .execute()
}

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((next) => setImmediate(next))
}

/** A true PNG of 2.5 gigapixels in a few kilobytes: black, one bit a pixel. */
function bomb(): Uint8Array<ArrayBuffer> {
  const side = 50_000
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const size = Buffer.alloc(4)
    size.writeUInt32BE(data.length)
    const check = Buffer.alloc(4)
    check.writeUInt32BE(crc32(body))
    return Buffer.concat([size, body, check])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc((side / 8 + 1) * side), { level: 1 })
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  const parts = [signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]
  return new Uint8Array(Buffer.concat(parts))
}
