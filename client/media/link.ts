import type { Consumer, Device, Producer, Transport } from 'mediasoup-client/types'
import { atom, type ReadableAtom } from 'nanostores'
import type { SharedConsumer } from './consumer.ts'
import { encodingOf } from './encoding.ts'
import { type Greeting, transportOptions } from './greeting.ts'
import type { Persist } from './persist.ts'
import { answeredIn, answeredSince } from './proof.ts'
import type { Source } from '../../server/conversation/conversation.ts'
import { failureOf } from '../wire/request-error.ts'

export type Connection = 'new' | 'connecting' | 'connected' | 'broken'

/** One epoch's pair of peer connections. Tracks are lent to it; it never stops them. */
export type Link = {
  readonly epoch: number
  readonly $connection: ReadableAtom<Connection>
  sending(source: Source): MediaStreamTrack | null
  raise(source: Source, track: MediaStreamTrack): Promise<void>
  replace(source: Source, track: MediaStreamTrack): Promise<void>
  lower(source: Source): void
  receive(consumer: SharedConsumer): Promise<Consumer>
  /** Its track, if there was one. */
  drop(consumerId: string): MediaStreamTrack | null
  /** Says again what this browser can receive; the media node then names its consumers. */
  announce(): Promise<void>
  /** Resolves once the other end has answered since, or a later restart was begun; rejects with the server's refusal. */
  restartIce(): Promise<void>
  /** Whether it has, since the last restart. */
  proven(): boolean
  stats(): Promise<{ send: RTCStatsReport | null; recv: RTCStatsReport | null }>
  close(): void
}

export type LinkParts = {
  device: Device
  greeting: Greeting
  persist: Persist
  /** The server refused a request: of one source, or else this link is of no more use. */
  onRefused(error: unknown, source?: Source): void
  /** The media node has this consumer no more; the word of its closing was lost on the way. */
  onGone(consumerId: string): unknown
}

const directions = ['send', 'recv'] as const
type Direction = (typeof directions)[number]

export function createLink({ device, greeting, persist, onRefused, onGone }: LinkParts): Link {
  const seat = { callId: greeting.callId, epoch: greeting.epoch }
  const transports: Record<Direction, Transport> = {
    send: device.createSendTransport(transportOptions(greeting.send)),
    recv: device.createRecvTransport(transportOptions(greeting.recv)),
  }
  const producers = new Map<Source, Producer>()
  const consumers = new Map<string, Consumer>()
  const coming = new Map<string, Promise<Consumer>>()
  const $connection = atom<Connection>('new')
  let closed = false
  let restarts = 0
  let provenUpTo = 0
  const say = (request: Promise<unknown>, source?: Source): void => {
    request.catch((error: unknown) => {
      if (!closed) onRefused(error, source)
    })
  }
  /** A track that is gone, or was lowered already, is no fault of the connections. */
  const ready = (consumerId: string): void => {
    persist('media.ready', { ...seat, consumerId }).catch((error: unknown) => {
      if (closed || !consumers.has(consumerId)) return
      if (isPast(error)) onGone(consumerId)
      else onRefused(error)
    })
  }
  async function consume(shared: SharedConsumer): Promise<Consumer> {
    const { id, producerId, kind, seat: from, source } = shared
    const streamId = `${from}-${streamOf(source)}`
    // Made by the media node's own mediasoup, of the same shape as the client's type.
    const rtpParameters = shared.rtpParameters as unknown as Consumer['rtpParameters']
    const consumer = await transports.recv.consume({ id, producerId, kind, rtpParameters, streamId })
    consumers.set(id, consumer)
    ready(id)
    return consumer
  }
  /** Travels inside the first `media.produce`, which saves a round trip. */
  let dtls: Record<string, unknown> | null = null

  const update = () => $connection.set(combine(directions.map((one) => transports[one].connectionState)))
  for (const one of directions) transports[one].on('connectionstatechange', update)

  transports.send.on('connect', ({ dtlsParameters }, done) => {
    dtls = { ...dtlsParameters }
    done()
  })
  transports.recv.on('connect', ({ dtlsParameters }, done) => {
    done()
    say(persist('media.connect', { ...seat, direction: 'recv', dtlsParameters: { ...dtlsParameters } }))
  })
  // The id is ours, so the next track need not wait for the answer of this one.
  transports.send.on('produce', ({ kind, rtpParameters, appData }, done) => {
    const producerId = crypto.randomUUID()
    const dtlsParameters = dtls ?? undefined
    dtls = null
    done({ id: producerId })
    const source = appData.source as Source
    const input = { ...seat, producerId, source, kind, rtpParameters: { ...rtpParameters }, dtlsParameters }
    say(persist('media.produce', input), source)
  })

  return {
    epoch: greeting.epoch,
    $connection,
    sending: (source) => producers.get(source)?.track ?? null,
    async raise(source, track) {
      const keeping = { stopTracks: false, disableTrackOnPause: false, zeroRtpOnPause: false }
      const options = { track, ...keeping, ...encodingOf(source), streamId: streamOf(source) }
      const producer = await transports.send.produce({ ...options, appData: { source } })
      producers.set(source, producer)
    },
    async replace(source, track) {
      await producers.get(source)?.replaceTrack({ track })
    },
    lower(source) {
      producers.get(source)?.close()
      producers.delete(source)
      say(persist('media.stop', { ...seat, source }).catch(unlessPast))
    },
    async receive(shared) {
      const known = consumers.get(shared.id) ?? coming.get(shared.id)
      if (known) return known
      // Told twice before it is there, as after a gap, it would be two of one name, which browsers refuse.
      const made = consume(shared).finally(() => coming.delete(shared.id))
      coming.set(shared.id, made)
      return made
    },
    drop(consumerId) {
      const consumer = consumers.get(consumerId)
      consumers.delete(consumerId)
      consumer?.close()
      return consumer?.track ?? null
    },
    async announce() {
      await persist('media.capabilities', { ...seat, rtpCapabilities: { ...device.recvRtpCapabilities } })
      for (const consumerId of consumers.keys()) ready(consumerId)
    },
    async restartIce() {
      const round = ++restarts
      const used = directions.map((one) => transports[one]).filter((one) => one.connectionState !== 'new')
      await Promise.all(used.map((transport) => restart(transport, () => closed || round !== restarts)))
      if (round === restarts) provenUpTo = round
    },
    proven: () => provenUpTo === restarts,
    async stats() {
      const of = (one: Direction) =>
        transports[one].connectionState === 'new' ? null : transports[one].getStats()
      const [send, recv] = await Promise.all([of('send'), of('recv')])
      return { send, recv }
    },
    close() {
      closed = true
      for (const one of directions) transports[one].close()
    },
  }

  async function restart(transport: Transport, givenUp: () => boolean): Promise<void> {
    const before = answeredIn(await transport.getStats())
    const { direction } = transport
    const { iceParameters } = await persist('media.restartIce', { ...seat, direction })
    if (givenUp()) return
    // As with all that the media node says: its mediasoup made it, the client's mediasoup reads it.
    const typed = iceParameters as Parameters<Transport['restartIce']>[0]['iceParameters']
    await transport.restartIce({ iceParameters: typed })
    await answeredSince(before, () => transport.getStats(), givenUp)
  }
}

/** What was asked for has been overtaken: by a closing track, or by a newer seat, which is told by itself. */
const isPast = (error: unknown): boolean => ['conflict', 'notFound'].includes(failureOf(error).code)

function unlessPast(error: unknown): void {
  if (!isPast(error)) throw error
}

/** Sound and camera of a person play in step; the screen is a stream of its own. */
const streamOf = (source: Source): string => (source === 'screen' ? 'screen' : 'person')

/** The state of a pair from the states of its halves; a half that was never used does not count. */
export function combine(states: readonly string[]): Connection {
  const used = states.filter((state) => state !== 'new')
  if (used.length === 0) return 'new'
  if (used.some((state) => state === 'failed' || state === 'disconnected' || state === 'closed')) {
    return 'broken'
  }
  return used.every((state) => state === 'connected') ? 'connected' : 'connecting'
}
