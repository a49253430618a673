/** A push service of RFC 8030 on this machine, and browsers of it that decrypt by RFC 8291 with nothing but node's own cryptography. */
import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PushSubscribed } from '../contract/push.ts'
import type { Push } from './push.ts'

export type Received = { push: Push; headers: IncomingMessage['headers']; body: string }
export type TestBrowser = {
  subscription: PushSubscribed
  received: Received[]
  /** What the service answers to pushes for it; 201 by default. */
  answer(status: number, headers?: Record<string, string>): void
  /** The first push, old or new, that fits. */
  push(fits: (push: Push) => boolean): Promise<Received>
}
export type TestPushService = {
  origin: string
  /** `name`: how its address ends. */
  browser(name?: string): TestBrowser
  /** Paths of all requests, whoever they were for. */
  asked: string[]
  stop(): Promise<void>
}

type Kept = TestBrowser & { take(request: IncomingMessage, body: Buffer): [number, Record<string, string>] }
const WAIT_MS = 10_000

export async function startPushService(): Promise<TestPushService> {
  const browsers = new Map<string, Kept>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const found = browsers.get(request.url ?? '')
      const [status, headers] = found?.take(request, Buffer.concat(parts)) ?? [404, {}]
      response.writeHead(status, headers).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    asked,
    browser(name = randomBytes(9).toString('base64url')) {
      const made = createBrowser(origin, `/push/${name}`)
      browsers.set(`/push/${name}`, made)
      return made
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

function createBrowser(origin: string, path: string): Kept {
  const keys = createECDH('prime256v1')
  keys.generateKeys()
  const auth = randomBytes(16)
  const received: Received[] = []
  const waiting = new Set<() => void>()
  let answer: [number, Record<string, string>] = [201, { location: '/message/1' }]
  return {
    subscription: {
      endpoint: `${origin}${path}`,
      keys: { p256dh: keys.getPublicKey('base64url'), auth: auth.toString('base64url') },
    },
    received,
    answer: (status, headers = {}) => {
      answer = [status, headers]
    },
    push: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = received.find(({ push }) => fits(push))
          if (!found) return
          clearTimeout(late)
          waiting.delete(look)
          resolve(found)
        }
        const had = () => JSON.stringify(received.map(({ push }) => push))
        const late = setTimeout(() => reject(new Error(`no such push; had ${had()}`)), WAIT_MS)
        waiting.add(look)
        look()
      }),
    take({ headers }, body) {
      if (!vouched(headers.authorization ?? '', origin)) return [403, {}]
      if (!/^\d+$/.test(String(headers.ttl)) || headers['content-encoding'] !== 'aes128gcm') return [400, {}]
      const text = decrypt(keys, auth, body)
      received.push({ push: JSON.parse(text) as Push, headers, body: text })
      for (const look of waiting) look()
      return answer
    },
  }
}

/** RFC 8292: signed for this service by the key that it names, for a day at most. */
function vouched(authorization: string, origin: string): boolean {
  const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization) ?? []
  const [head = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const part = (from: number) => point.subarray(from, from + 32).toString('base64url')
  if (point.length !== 65) return false
  const jwk = { kty: 'EC', crv: 'P-256', x: part(1), y: part(33) }
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
  const day = Date.now() / 1000 + 86_400
  return (
    aud === origin &&
    typeof exp === 'number' &&
    exp <= day &&
    /^(mailto|https):/.test(String(sub)) &&
    verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
  )
}

function decrypt(keys: ECDH, auth: Buffer, body: Buffer): string {
  const salt = body.subarray(0, 16)
  const theirs = body.subarray(21, 21 + (body[20] ?? 0))
  const sealed = body.subarray(21 + theirs.length)
  const derive = (secret: Buffer, from: Buffer, info: Buffer, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, from, info, length))
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), theirs])
  const shared = derive(keys.computeSecret(theirs), auth, info, 32)
  const key = derive(shared, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
  const nonce = derive(shared, salt, Buffer.from('Content-Encoding: nonce\0'), 12)
  const cipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16))
  const plain = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()])
  return plain.subarray(0, plain.lastIndexOf(2)).toString()
}
