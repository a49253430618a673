/**
 * socket.io's packets as text, in the format of `socket.io-parser`, without binary attachments. Above the transport of
 * `engine.io-client` this and `line.ts` are all that the wire needs of socket.io in a browser, where it would weigh a
 * tenth of the panel's budget.
 */
export const CONNECT = 0
export const DISCONNECT = 1
export const EVENT = 2
export const ACK = 3
export const CONNECT_ERROR = 4

export type Packet = { type: number; nsp: string; id?: number | undefined; data?: unknown }

export function encode({ type, nsp, id, data }: Packet): string {
  const namespace = nsp === '/' ? '' : `${nsp},`
  return `${type}${namespace}${id ?? ''}${data === undefined ? '' : JSON.stringify(data)}`
}

/** type, namespace, id, data: `2/visitor,17["request",…]`. */
const SHAPE = /^([0-4])(?:(\/[^,]*),)?(\d*)/

/** Throws on what no server of ours sends. */
export function decode(text: unknown): Packet {
  const found = typeof text === 'string' ? SHAPE.exec(text) : null
  if (!found) throw new Error('not a text packet')
  const [head, type, nsp = '/', id] = found
  const rest = String(text).slice(head.length)
  const packet: Packet = { type: Number(type), nsp }
  if (id) packet.id = Number(id)
  if (rest) packet.data = JSON.parse(rest)
  return packet
}
