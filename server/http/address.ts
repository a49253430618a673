import type { IncomingMessage } from 'node:http'
import type { Request } from 'express'

/** The caller's address as a subject. */
export const addressOf = (req: Request): string => subjectOf(req.ip)

/** The same of a WebSocket's handshake. `proxies`: how many in front of us are believed. */
export function addressOfHandshake({ socket, headers }: IncomingMessage, proxies: number): string {
  const told = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  const hops = [
    socket.remoteAddress,
    ...told
      .map((one) => one.trim())
      .filter(Boolean)
      .reverse(),
  ]
  return subjectOf(hops[Math.min(proxies, hops.length - 1)])
}

/** Of IPv6 the /64, which is what one customer gets. */
function subjectOf(ip: string | undefined): string {
  const address = (ip ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '')
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::', 2)
  const groups = head.split(':').filter(Boolean)
  const rest = (tail ?? '').split(':').filter(Boolean)
  const missing = tail === undefined ? 0 : 8 - groups.length - rest.length
  return [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...rest].slice(0, 4).join(':')
}
