import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateKeyPairSync } from 'node:crypto'
import { createPushSender, isPoint, isPublic, publicLookup, type PushSender } from './push.sender.ts'
import type { Push } from './push.ts'
import { startPushService, type TestPushService } from './testing.ts'

const privateKey = String(
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ format: 'jwk' }).d,
)
const how = { ttlMs: 20_500, urgent: true }
const push: Push = { v: 1, locale: 'fa', tag: 'offer 1', over: true }

let service: TestPushService
let sender: PushSender
beforeAll(async () => {
  service = await startPushService()
  sender = createPushSender({ privateKey, subject: 'mailto:a@b.example', hosts: ['127.0.0.1'] })
})
afterAll(async () => {
  sender.close()
  await service.stop()
})

const to = ({ endpoint, keys }: { endpoint: string; keys: { p256dh: string; auth: string } }) => ({
  endpoint,
  ...keys,
})

describe('a push', () => {
  it('is encrypted for the browser, signed for its service, and short-lived', async () => {
    const browser = service.browser()
    expect(await sender.send(to(browser.subscription), push, how)).toEqual({ sent: 'sent', status: 201 })
    const [{ headers, push: told }] = browser.received as [(typeof browser.received)[0]]
    expect(told).toEqual(push)
    expect(headers).toMatchObject({ ttl: '21', urgency: 'high', 'content-encoding': 'aes128gcm' })
    expect(headers['topic']).toMatch(/^[\w-]{32}$/)
    expect(sender.publicKey).toMatch(/^[\w-]{87}$/)
    expect(isPoint(sender.publicKey)).toBe(true)
  })

  it.each([
    [404, 'gone'],
    [410, 'gone'],
    [429, 'failed'],
    [500, 'failed'],
  ])('answered with %d is %s', async (status, sent) => {
    const browser = service.browser()
    browser.answer(status)
    expect(await sender.send(to(browser.subscription), push, how)).toEqual({ sent, status })
  })

  it('follows no redirection', async () => {
    const browser = service.browser()
    browser.answer(307, { location: `${service.origin}/elsewhere` })
    expect(await sender.send(to(browser.subscription), push, how)).toMatchObject({ sent: 'failed' })
    expect(service.asked).not.toContain('/elsewhere')
  })

  it('goes nowhere that is not admitted any more, and nowhere at all after the end', async () => {
    const browser = service.browser()
    const other = createPushSender({ privateKey, subject: 'mailto:a@b.example', hosts: ['push.example'] })
    expect(await other.send(to(browser.subscription), push, how)).toEqual({ sent: 'gone' })
    other.close()
    const closed = createPushSender({ privateKey, subject: 'mailto:a@b.example', hosts: ['127.0.0.1'] })
    closed.close()
    expect(await closed.send(to(browser.subscription), push, how)).toEqual({ sent: 'failed' })
    expect(browser.received).toEqual([])
  })

  it('is not sent to a name that leads to this machine', async () => {
    const inward = createPushSender({ privateKey, subject: 'mailto:a@b.example', hosts: ['localhost'] })
    const { keys } = service.browser().subscription
    await expect(inward.send({ endpoint: 'https://localhost/push', ...keys }, push, how)).rejects.toThrow(
      'not a public address',
    )
    inward.close()
  })
})

it.each([
  ['8.8.8.8', true],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['172.31.0.1', false],
  ['192.168.1.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['2607:f8b0::1', true],
  ['::1', false],
  ['::', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['2002:a00:1::', false],
  ['2001:0:a00:1::', false],
])('%s is public: %s', (address, known) => expect(isPublic(address)).toBe(known))

it('refuses a name of which any address is not public', async () => {
  const found = await new Promise((done) =>
    publicLookup('localhost', { all: true }, (error) => done(error?.message)),
  )
  expect(found).toBe('not a public address')
})

it('knows a point of the curve', () => {
  expect(isPoint(Buffer.alloc(65, 4).toString('base64url'))).toBe(false)
})
