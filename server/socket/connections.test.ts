import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import jwt from 'jsonwebtoken'
import { io as connect } from 'socket.io-client'
import { v7 as id } from 'uuid'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { connectClient } from '../testing/client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const hello = () => ({ conversationId: null, clientId: id(), text: 'Hello', attachments: [] })
const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown

describe('connecting', () => {
  const claims = () => ({ sub: id(), sid: id(), site: id(), aud: 'visitor' })
  const hour = { expiresIn: '1h' as const }
  it.each<[string, () => unknown]>([
    ['no token', () => undefined],
    ['rubbish', () => 'x'.repeat(50)],
    ['a number', () => 5],
    ['another key', () => jwt.sign(claims(), randomBytes(32), hour)],
    ['alg none', () => jwt.sign(claims(), '', { algorithm: 'none' })],
    ['an expired one', () => jwt.sign(claims(), app.config.secrets.jwtSecret, { expiresIn: -5 })],
    ['another algorithm', () => jwt.sign(claims(), app.config.secrets.jwtSecret, { algorithm: 'HS512' })],
    ['a session that never was', () => jwt.sign(claims(), app.config.secrets.jwtSecret, hour)],
  ])('with %s is refused', async (_, token) => {
    const attempt = connectClient('visitor', app.url, token() as string)
    await expect(attempt).rejects.toMatchObject({ code: 'signInNeeded' })
  })

  it('to the desk with a visitor’s token is refused, and the other way round', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    const refused = { code: 'signInNeeded' }
    await expect(connectClient('desk', app.url, visitor.session.access)).rejects.toMatchObject(refused)
    await expect(connectClient('visitor', app.url, agent.session.access)).rejects.toMatchObject(refused)
  })

  it('to none of the namespaces is refused: nobody asks for a token there', async () => {
    const socket = connect(app.url, { transports: ['websocket'], forceNew: true, reconnection: false })
    const came = await new Promise((resolve) => {
      socket.once('connect', () => resolve('in'))
      socket.once('connect_error', (error) => resolve(error.message))
    })
    expect(came).toBe('refused')
    socket.close()
  })

  it('from a foreign page is refused before anything is read', async () => {
    const { session } = await app.visitor()
    const evil = { headers: { origin: 'https://evil.example' } }
    await expect(connectClient('visitor', app.url, session.access, evil)).rejects.toThrow()
    const own = await connectClient('visitor', app.url, session.access, {
      headers: { origin: app.config.publicUrl },
    })
    own.close()
  })

  it('with more tabs than anybody opens is refused, and other visitors still come in', async () => {
    const { session } = await app.visitor()
    const open = () => connectClient('visitor', app.url, session.access)
    const tabs = await Promise.all(Array.from({ length: 29 }, open))
    await expect(open()).rejects.toMatchObject({ code: 'tooMany' })
    await app.visitor()
    for (const tab of tabs) tab.close()
  })

  it('anew from the same tab takes over from the one before, once the new one is used, and from no other', async () => {
    const { session } = await app.visitor()
    const tab = id()
    const open = (name: string) => connectClient('visitor', app.url, session.access, { tab: name })
    const [stale, otherTab] = [await open(tab), await open(id())]
    const stranger = await connectClient('visitor', app.url, (await app.visitor()).session.access, { tab })
    const gone = new Promise((resolve) => stale.socket.once('disconnect', resolve))
    const next = await open(tab)
    await stale.raw('beat', {})
    expect(next.socket.connected).toBe(true)
    const last = await open(tab)
    await last.raw('beat', {})
    await gone
    for (const living of [otherTab, stranger, last]) {
      expect(await living.raw('beat', {})).toMatchObject({ ok: true })
      living.close()
    }
    next.close()
  })

  it('again and again is refused by address, also over one socket, and others still come in', async () => {
    const far = await startTestApp({ trustProxy: 1 })
    const { session } = await far.visitor()
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
    const flooder = await connectClient('visitor', far.url, session.access, from('10.9.9.1'))
    const answers: string[] = []
    const { engine } = flooder.socket.io
    engine.on('data', (frame: unknown) => answers.push(String(frame)))
    // As many as may come, and more; by hand, since a library would open one after the other.
    for (let sent = 0; sent < 12_000; sent++) engine.write('0/desk,{"token":"x"}')
    while (!answers.some((one) => one.includes('tooMany')))
      await new Promise((resolve) => engine.once('data', resolve))
    await expect(connectClient('visitor', far.url, session.access, from('10.9.9.1'))).rejects.toThrow()
    const other = await connectClient('visitor', far.url, session.access, from('10.9.9.2'))
    other.close()
    await far.stop()
  }, 30_000)

  it('of another contract is told to load the page again', async () => {
    const { session } = await app.visitor()
    const attempt = connectClient('visitor', app.url, session.access, { contract: 999 })
    await expect(attempt).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a bad request', () => {
  it.each<[string, unknown, unknown]>([
    ['an unknown name', 'conversation.read', {}],
    ['a name of Object.prototype', 'constructor', {}],
    ['__proto__ as a name', '__proto__', {}],
    ['a name that is no text', 7, {}],
    ['a name that cannot become text', { toString: 1, valueOf: 1 }, {}],
    ['no input', 'message.send', undefined],
    ['null', 'message.send', null],
    ['a list', 'message.send', []],
    ['wrong types', 'message.send', { conversationId: 1, clientId: {}, text: [], attachments: 'x' }],
    ['an id that is none', 'message.send', { ...hello(), clientId: "1' or '1'='1" }],
    [
      'too many attachments',
      'message.send',
      { ...hello(), attachments: Array.from({ length: 11 }, () => id()) },
    ],
    ['an attachment of nobody', 'message.send', { ...hello(), attachments: [id()] }],
    ['a negative seq', 'history', { conversationId: id(), before: -1 }],
    ['a seq beyond what is stored', 'history', { conversationId: id(), before: 2 ** 31 }],
    ['a seq beyond numbers', 'history', { conversationId: id(), before: 2 ** 53 }],
    ['deep nesting', 'media.capabilities', { callId: id(), epoch: 1, rtpCapabilities: { a: nested(500) } }],
    ['a wish for no state', 'media.mute', { callId: id(), muted: 'yes' }],
  ])('with %s is answered badInput, and the next one works', async (_, name, input) => {
    const visitor = await app.visitor()
    expect(await visitor.raw(name, input)).toMatchObject({ ok: false, failure: { code: 'badInput' } })
    expect(await visitor.request('message.send', hello())).toMatchObject({ seq: 3 })
  })

  it('with __proto__ inside pollutes nothing', async () => {
    const visitor = await app.visitor()
    const sly = JSON.parse(
      `{"__proto__":{"polluted":1},"conversationId":null,"clientId":"${id()}","text":"a","attachments":[]}`,
    )
    await visitor.raw('message.send', sly)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('of a megabyte ends that connection only', async () => {
    const [flooder, other] = [await app.visitor(), await app.visitor()]
    const gone = new Promise((resolve) => flooder.socket.once('disconnect', resolve))
    flooder.socket.emit(
      'request',
      'message.send',
      { ...hello(), text: 'x'.repeat(50 * 1024 * 1024) },
      () => undefined,
    )
    await gone
    expect(await other.request('message.send', hello())).toMatchObject({ seq: 3 })
  })

  it('a hundred thousand deep ends nothing but itself', async () => {
    const [sender, other] = [await app.visitor(), await app.visitor()]
    // Written by hand: a client library would fail to build it.
    const { engine } = sender.socket.io
    const answer = new Promise<string>((resolve) =>
      engine.on('data', (data: unknown) => String(data).startsWith('3/visitor,77') && resolve(String(data))),
    )
    engine.write(`2/visitor,77["request","page",${'['.repeat(100_000)}${']'.repeat(100_000)}]`)
    expect(JSON.parse((await answer).slice('3/visitor,77'.length))).toEqual([
      { ok: false, failure: { code: 'badInput', message: 'Nested too deep' } },
    ])
    for (const visitor of [sender, other])
      expect(await visitor.request('message.send', hello())).toMatchObject({ seq: 3 })
  })

  it.each([
    ['nothing'],
    [''],
    ['4'],
    ['42'],
    ['42/visitor,["request"'],
    ['42/visitor,{"a":1}'],
    ['451-/visitor,["request",{"_placeholder":true,"num":0}]'],
    ['49999999999999'],
  ])('as the malformed frame %j harms nobody else', async (frame) => {
    const [sender, other] = [await app.visitor(), await app.visitor()]
    sender.socket.io.engine.write(frame as never)
    expect(await other.request('message.send', hello())).toMatchObject({ seq: 3 })
  })

  it('beyond the rate is told when to come back', async () => {
    const visitor = await app.visitor()
    const answers = await Promise.all(Array.from({ length: 200 }, () => visitor.raw('beat', {})))
    const refused = answers.filter((answer) => !answer.ok)
    expect(refused.length).toBeGreaterThan(20)
    expect(refused[0]?.failure).toMatchObject({ code: 'tooMany', retryAfterMs: expect.any(Number) })
  })

  it('beyond the rate, over several sockets of one visitor, is no more than over one, and touches nobody else', async () => {
    const [visitor, other] = [await app.visitor(), await app.visitor()]
    const sockets = [visitor, await app.visitor(visitor.session), await app.visitor(visitor.session)]
    const flood = sockets.flatMap((one) => Array.from({ length: 150 }, () => one.raw('beat', {})))
    const passed = (await Promise.all(flood)).filter(({ ok }) => ok)
    expect(passed.length).toBeGreaterThanOrEqual(120)
    // Each alone would have let as many pass at once.
    expect(passed.length).toBeLessThan(3 * 120)
    expect(await other.raw('beat', {})).toMatchObject({ ok: true })
  })
})

describe('staff', () => {
  it('who only review take nothing', async () => {
    const [visitor, reviewer] = [await app.visitor(), await app.staff('Rey', 'reviewer')]
    const { conversationId } = await visitor.request('message.send', hello())
    await expect(reviewer.request('conversation.take', { conversationId })).rejects.toMatchObject({
      code: 'notAllowed',
    })
    await expect(reviewer.request('status.set', { status: 'available' })).rejects.toMatchObject({
      code: 'notAllowed',
    })
    const note = { conversationId, clientId: id(), text: 'mine' }
    await expect(reviewer.request('note.add', note)).rejects.toMatchObject({ code: 'notAllowed' })
  })

  it('see no more of a conversation that somebody else has, from that moment on', async () => {
    const [visitor, mine, other] = [await app.visitor(), await app.staff('Mine'), await app.staff('Other')]
    const { conversationId } = await visitor.request('message.send', hello())
    await other.request('resume', { conversationId })
    await mine.request('conversation.take', { conversationId })
    const secret = { conversationId, clientId: id(), text: 'CANARY after', attachments: [] }
    await mine.request('message.send', secret)
    await mine.request('resume', { conversationId, after: 0 })
    await expect(other.request('resume', { conversationId })).rejects.toMatchObject({ code: 'notFound' })
    expect(JSON.stringify(other.pushes)).not.toContain('CANARY')
  })
})
