import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createConnection } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Failure } from '../contract/errors.ts'
import { createLogger } from '../logger.ts'
import { createRecordings } from '../recording/recordings.ts'
import { openDatabase } from '../storage/database.ts'
import { createHttp } from './create-http.ts'
import { startTestHttp, type TestHttp } from './testing.ts'
import { demoSiteKey } from '../agent/demo.service.ts'
import { addressOf } from './address.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startTestHttp()
})
afterAll(() => http.close())

const codeOf = async (answer: Response) => ((await answer.json()) as Failure).code
const post = (body: BodyInit, type = 'application/json') =>
  http.send('/api/visitor/session', { method: 'POST', body, headers: { 'content-type': type } })
const site = () => http.site.config.key

describe('bad input', () => {
  it.each<[string, () => BodyInit, string]>([
    ['no JSON', () => '{', 'badInput'],
    ['nothing', () => '', 'badInput'],
    ['a list', () => '[]', 'badInput'],
    ['a JSON a hundred thousand deep', () => `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'tooLarge'],
    ['as deep as fits', () => `{"site":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'badInput'],
    ['as many objects deep as fit', () => `${'{"site":'.repeat(7_000)}1${'}'.repeat(7_000)}`, 'badInput'],
    ['50 MB', () => new Uint8Array(50 * 1024 * 1024).fill(32), 'tooLarge'],
    ['a lone surrogate', () => `{"site":"${site()}","carried":"\\ud800"}`, 'badInput'],
    ['a NUL', () => `{"site":"a\\u0000"}`, 'badInput'],
    ['broken UTF-8', () => Buffer.from('{"site":"\xed\xa0\x80"}', 'latin1'), 'badInput'],
    ['an unknown language', () => `{"site":"${site()}","locale":"xx"}`, 'badInput'],
    ['a key too long', () => `{"site":"${'a'.repeat(65)}"}`, 'badInput'],
    ['an array for a text', () => `{"site":["${site()}"]}`, 'badInput'],
  ])('%s is answered by a code', async (_what, body, code) => {
    expect(await codeOf(await post(body()))).toBe(code)
  })

  it('takes __proto__ and constructor for what they are: unknown fields', async () => {
    const answer = await post(
      `{"site":"${site()}","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`,
    )
    expect(answer.status).toBe(200)
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(await codeOf(await http.send('/widget/config?__proto__[site]=x'))).toBe('badInput')
    expect(await codeOf(await http.send('/widget/config?site[a]=x&site=1&site=2'))).toBe('badInput')
  })

  it('refuses other types and compressed bodies', async () => {
    expect(await codeOf(await post(`{"site":"${site()}"}`, 'text/plain'))).toBe('badInput')
    const init = {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    }
    expect(await codeOf(await http.send('/api/visitor/session', init))).toBe('badInput')
  })

  it.each([
    '/api/nothing',
    '/api/desk/people/../../x',
    '/%c0%af',
    '/api/replay/%',
    '/assets/%c0%af',
    '/assets/%00.js',
    '/assets',
    '/assets/../desk.html',
    '/assets/%2e%2e%2fdesk.html',
    '/demo/..%2fdesk',
    '/widget.js/x',
  ])('%s is a Failure, not a page', async (where) => {
    const answer = await http.send(where)
    expect([400, 401, 404]).toContain(answer.status)
    expect(['badInput', 'notFound', 'signInNeeded']).toContain(await codeOf(answer))
  })

  it('says that the database is away, and when to come again', async () => {
    const db = openDatabase('postgres://x@/x?host=/nowhere', () => undefined)
    const none = () => undefined
    const parts = {
      db,
      bus: http.bus,
      config: http.config,
      log: createLogger('silent'),
      recordings: createRecordings(http),
      onSignedOut: none,
      onIdentified: none,
      onVisitorRevoked: none,
      pushPublicKey: '',
    }
    const behind = () => ({ waiting: 3, fault: 'S3 answers 403 at an address of ours' })
    const app = createHttp({ ...parts, behind, ready: () => Promise.reject(new Error('away')) })
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const answer = await fetch(`${url}/widget/config?site=x`)
    expect([answer.status, answer.headers.get('retry-after'), await codeOf(answer)]).toEqual([
      503,
      '1',
      'unavailable',
    ])
    const readiness = await fetch(`${url}/readyz`)
    expect(readiness.status).toBe(503)
    expect(await readiness.json()).toMatchObject({ recordings: { waiting: 3, s3: false } })
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    server.closeAllConnections()
    server.close()
    await db.destroy()
  })

  it('survives what is not even HTTP, and others notice nothing', async () => {
    const garbage = [
      '\0\0\0\0\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(5_000)}\r\n`,
      'POST /api/visitor/session HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
    ]
    await Promise.all(garbage.map(sendRaw))
    expect((await http.send('/healthz')).status).toBe(200)
  })

  it('says nothing of a fault of ours but a reference', async () => {
    const broken = await startTestHttp()
    await broken.db.schema.dropTable('site').cascade().execute()
    const answer = await broken.send('/widget/config?site=x')
    const text = await answer.text()
    expect(answer.status).toBe(500)
    expect(JSON.parse(text)).toEqual({
      code: 'internal',
      message: expect.any(String),
      reference: expect.stringMatching(/^[0-9a-f]{12}$/),
    })
    expect(text).not.toMatch(/relation|site|select/i)
    await broken.close()
  })
})

describe('pages', () => {
  it('the launcher may be loaded from anywhere and is checked again after minutes', async () => {
    const answer = await http.send('/widget.js')
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=300, stale-while-revalidate=86400',
    })
    const again = await http.send('/widget.js', {
      headers: { 'if-none-match': answer.headers.get('etag') ?? '', 'cache-control': 'max-age=0' },
    })
    expect(again.status).toBe(304)
  })

  it('text goes out compressed as the browser can take it', async () => {
    for (const encoding of ['br', 'gzip', 'identity']) {
      const answer = await http.send('/widget.js', { headers: { 'accept-encoding': encoding } })
      expect(answer.headers.get('content-encoding') ?? 'identity').toBe(encoding)
      expect(answer.headers.get('vary')).toContain('Accept-Encoding')
      expect(await answer.text()).toBe('(()=>{})()')
    }
    await writeFile(path.join(http.clientDir, 'widget.js'), '(()=>{/* new */})()')
    expect(await (await http.send('/widget.js')).text()).toContain('new')
  })

  it('hashed files are kept for ever', async () => {
    const answer = await http.send('/assets/a-1234.js')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  })

  it("the panel may be framed by the site's origins and us, and nobody else", async () => {
    const answer = await http.send(`/widget/panel?site=${site()}`)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toMatch(
      new RegExp(`frame-ancestors ${http.url} http://localhost:\\d+ https://shop\\.example$`),
    )
    expect(policy).not.toContain('unsafe')
    expect(answer.headers.get('x-frame-options')).toBeNull()
    expect(answer.headers.get('permissions-policy')).toContain(
      'microphone=(self), camera=(self), display-capture=(self)',
    )
    expect((await http.send('/widget/panel?site=nobody')).status).toBe(404)
    expect((await http.send('/widget/panel')).status).toBe(400)
  })

  it('the worker behind notifications is fresh, importable by shops, and no page in a sandbox', async () => {
    const { headers } = await http.send('/parley-sw.js')
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-cache')
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(headers.get('content-security-policy')).toBe("default-src 'self'; frame-ancestors 'none'")
  })

  it('the window that asks for notifications is framed by nobody, and may speak with who opened it', async () => {
    const { headers } = await http.send('/widget/notify')
    expect(headers.get('content-security-policy')).toMatch(/worker-src 'self';.*frame-ancestors 'none'$/)
    expect(headers.get('cross-origin-opener-policy')).toBeNull()
  })

  it('the desk is framed by nobody, at every address below it', async () => {
    for (const where of ['/desk', '/desk/replay/1']) {
      const answer = await http.send(where)
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(await answer.text()).toContain('desk')
    }
  })

  it("the site's colours and words go to its own origins only", async () => {
    const from = (origin: string) => http.send(`/widget/config?site=${site()}`, { headers: { origin } })
    const own = await from('https://shop.example')
    expect(own.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    expect(await own.json()).toEqual(http.site.config)
    const foreign = await from('https://evil.example')
    expect(foreign.status).toBe(403)
    // The launcher there must be able to read that it is refused.
    expect(foreign.headers.get('access-control-allow-origin')).toBe('https://evil.example')
    expect(await foreign.text()).not.toContain(http.site.config.accent)
    expect(own.headers.get('vary')).toContain('Origin')
  })

  it('the demo shop bears the key of the demo site', async () => {
    expect(await (await http.send('/demo')).text()).toContain(`data-site="${demoSiteKey(http.config)}"`)
    expect((await http.send('/demo/none')).status).toBe(404)
    expect((await http.send('/demo/index.html')).status).toBe(404)
  })

  it('say so when they are not built', async () => {
    const { rm } = await import('node:fs/promises')
    const bare = await startTestHttp()
    await rm(bare.clientDir, { recursive: true })
    for (const where of ['/desk', '/demo', '/widget.js']) {
      const answer = await bare.send(where)
      expect([answer.status, await answer.text()]).toEqual([503, 'The pages are not built yet.\n'])
    }
    await bare.close()
  })
})

describe('who may ask', () => {
  it('refuses foreign origins and cross-site requests everywhere under /api', async () => {
    const ask = (headers: Record<string, string>) => http.send('/api/replay/conversations', { headers })
    expect((await ask({ origin: 'https://shop.example' })).status).toBe(403)
    expect((await ask({ origin: `${http.url}.evil.example` })).status).toBe(403)
    expect((await ask({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await ask({ origin: http.url })).status).toBe(401)
  })

  it('stops a flood from one address', async () => {
    const narrow = await startTestHttp({ rates: { api: { points: 3, seconds: 60 } } })
    const answers = await Promise.all(Array.from({ length: 5 }, () => narrow.send('/api/nothing')))
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(2)
    // All that ask the database are counted together.
    for (const where of ['/readyz', '/try?site=x', '/widget/config?site=x'])
      expect((await narrow.send(where)).status).toBe(429)
    expect((await narrow.send('/healthz')).status).toBe(200)
    await narrow.close()
  })

  it('believes X-Forwarded-For only from the proxies it was told of', async () => {
    const rates = { api: { points: 2, seconds: 60 } }
    const forwarded = (from: TestHttp, address: string) =>
      from.send('/api/nothing', { headers: { 'x-forwarded-for': address } }).then((answer) => answer.status)
    const bare = await startTestHttp({ rates })
    expect([
      await forwarded(bare, '10.0.0.1'),
      await forwarded(bare, '10.0.0.2'),
      await forwarded(bare, '10.0.0.3'),
    ]).toEqual([404, 404, 429])
    const behind = await startTestHttp({ rates, config: { trustProxy: 1 } })
    expect([
      await forwarded(behind, '10.0.0.1'),
      await forwarded(behind, '10.0.0.2'),
      await forwarded(behind, '10.0.0.3'),
    ]).toEqual([404, 404, 404])
    await Promise.all([bare.close(), behind.close()])
  })

  it('counts an IPv6 customer as one', () => {
    const of = (ip: string) => addressOf({ ip } as Parameters<typeof addressOf>[0])
    expect(of('2001:db8:1:2:aaaa::1')).toBe(of('2001:db8:1:2:bbbb:1:2:3'))
    expect(of('2001:db8:1:3::1')).not.toBe(of('2001:db8:1:2::1'))
    expect(of('::1')).toBe('0:0:0:0')
    expect(of('::ffff:10.1.2.3')).toBe('10.1.2.3')
  })
})

describe('demo people', () => {
  it('are gone where there is no demo', async () => {
    const plain = await startTestHttp({ config: { demo: false } })
    expect((await plain.send('/demo')).status).toBe(404)
    expect((await plain.send('/')).headers.get('location')).toBe('/desk')
    await plain.close()
  })
})

it('tells whether it lives and whether it is ready', async () => {
  expect(await (await http.send('/healthz')).json()).toEqual({ ok: true })
  expect(await (await http.send('/readyz')).json()).toEqual({ ok: true, parts: { database: true } })
})

function sendRaw(text: string): Promise<void> {
  return new Promise((done) => {
    const socket = createConnection(http.config.port, '127.0.0.1')
    socket.on('close', () => done())
    socket.on('error', () => undefined)
    socket.resume()
    socket.end(text)
  })
}
