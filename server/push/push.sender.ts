/**
 * Sends one push to one browser: the only file that knows the library, and the only way out of this server to an address
 * that somebody else chose.
 */
import { createECDH, createHash } from 'node:crypto'
import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { BlockList, isIPv6 } from 'node:net'
import webPush from 'web-push'
import { LOOPBACK, mayReceive } from './push.policy.ts'
import type { Push, Receiver } from './push.ts'

/** `gone`: the browser has let go of it for good. `failed`: nothing to be done about it now. */
export type Sent = 'sent' | 'gone' | 'failed'
/** `ttlMs`: how long the push service may keep it for a browser that is away. */
export type HowToSend = { ttlMs: number; urgent: boolean }

export type PushSender = {
  /** What browsers must name when they subscribe: base64url of 65 bytes. */
  publicKey: string
  send(to: Receiver, push: Push, how: HowToSend): Promise<{ sent: Sent; status?: number }>
  close(): void
}

type Settings = {
  /** Base64url of 32 bytes. */
  privateKey: string
  /** Whom a push service's operators can turn to. */
  subject: string
  hosts: readonly string[]
}

const ANSWERS_MS = 10_000
const MOST_AT_ONCE = 100

const refused = new BlockList()
for (const [net, bits] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const),
  ...([
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
  ] as const),
  ...([
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
  ] as const),
  ...([
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const),
] as const)
  refused.addSubnet(net, bits, 'ipv4')
// Tunnels carry an IPv4 address within, and one range is for books.
for (const [net, bits] of [
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  refused.addSubnet(net, bits, 'ipv6')
const unicast = new BlockList()
unicast.addSubnet('2000::', 3, 'ipv6')

/** Whether it is an address of the public internet, not of this machine, its networks or its cloud. */
export const isPublic = (address: string): boolean =>
  isIPv6(address)
    ? unicast.check(address, 'ipv6') && !refused.check(address, 'ipv6')
    : !refused.check(address, 'ipv4')

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/** Resolves at the moment of connecting, so that no name can be one address when it is checked and another when it is used. */
export function publicLookup(name: string, options: LookupOptions, found: Found): void {
  resolve(name, { ...options, all: true }, (error, all) => {
    const [first] = all ?? []
    if (error || !first) return found(error ?? new Error('no address'), [])
    if (!all.every(({ address }) => isPublic(address))) return found(new Error('not a public address'), [])
    return options.all ? found(null, all) : found(null, first.address, first.family)
  })
}

function publicKeyOf(privateKey: string): string {
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(Buffer.from(privateKey, 'base64url'))
  return pair.getPublicKey('base64url')
}

/** Whether it is a point of the curve, with which a push can be encrypted. */
export function isPoint(p256dh: string): boolean {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  try {
    return pair.computeSecret(Buffer.from(p256dh, 'base64url')).length > 0
  } catch {
    return false
  }
}

/** Push services keep one push a topic; a later one replaces it. */
const topicOf = (tag: string): string => createHash('sha256').update(tag).digest('base64url').slice(0, 32)

export function createPushSender({ privateKey, subject, hosts }: Settings): PushSender {
  const publicKey = publicKeyOf(privateKey)
  const agent = new https.Agent({
    keepAlive: true,
    maxSockets: 20,
    lookup: publicLookup,
  } as https.AgentOptions)
  const underWay = new Set<AbortController>()
  let closed = false

  function post(
    { endpoint, p256dh, auth }: Receiver,
    push: Push,
    { ttlMs, urgent }: HowToSend,
    signal: AbortSignal,
  ) {
    const { headers, body } = webPush.generateRequestDetails(
      { endpoint, keys: { p256dh, auth } },
      JSON.stringify(push),
      {
        vapidDetails: { subject, publicKey, privateKey },
        TTL: Math.max(0, Math.ceil(ttlMs / 1000)),
        urgency: urgent ? 'high' : 'normal',
        topic: topicOf(push.tag),
      },
    )
    const plain = new URL(endpoint).hostname === LOOPBACK
    // Neither follows a redirection; what is answered beside the status is not read.
    const open = plain ? http.request : https.request
    return new Promise<number>((done, fail) => {
      const request = open(
        endpoint,
        { method: 'POST', headers: headers as http.OutgoingHttpHeaders, signal, ...(plain ? {} : { agent }) },
        (answer) => {
          // Nothing to read: the connection serves the next one, too.
          if (answer.headers['content-length'] === '0') answer.resume()
          else answer.destroy()
          done(answer.statusCode ?? 0)
        },
      )
      request.once('error', fail)
      request.end(body)
    })
  }

  return {
    publicKey,
    async send(to, push, how) {
      // Looked at again: what the operator admits may be less than when it was stored.
      if (!mayReceive(to.endpoint, hosts)) return { sent: 'gone' }
      if (closed || underWay.size >= MOST_AT_ONCE) return { sent: 'failed' }
      const cut = new AbortController()
      underWay.add(cut)
      const late = setTimeout(() => cut.abort(), ANSWERS_MS)
      try {
        const status = await post(to, push, how, cut.signal)
        if (status >= 200 && status < 300) return { sent: 'sent', status }
        return { sent: status === 404 || status === 410 ? 'gone' : 'failed', status }
      } finally {
        clearTimeout(late)
        underWay.delete(cut)
      }
    },
    close() {
      closed = true
      for (const one of underWay) one.abort()
      agent.destroy()
    },
  }
}
