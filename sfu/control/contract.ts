/**
 * The control channel between the server and a media node: newline-delimited JSON over a Unix socket (or TLS),
 * at most 1 MiB a frame. The server says what should be (`room.apply`), asks for things that need an answer, and
 * receives numbered facts (acknowledged once their database commit is done) and disposable samples.
 */
import * as z from 'zod'

export const PROTOCOL = 1
export const MAX_FRAME_BYTES = 1024 * 1024
/** Of one packet of sound in a `speech` notice: what fits into a datagram. */
export const MAX_SOUND_BYTES = 1_500

export const sources = ['mic', 'cam', 'screen'] as const
export const Source = z.enum(sources)
export type Source = z.infer<typeof Source>

export const Role = z.enum(['visitor', 'agent', 'guest', 'supervisor'])
export type Role = z.infer<typeof Role>

const Id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/)
/** Opaque mediasoup structures. Their inside is checked by mediasoup and by the bounds the server's door sets. */
const Opaque = z.record(z.string(), z.unknown())

/** What one participant of a room may do. `epoch` rises when the seat is rebuilt (page change, recovery). */
export const Seat = z.object({
  id: Id,
  epoch: z.int().min(1),
  /** Sources this seat may produce. */
  send: z.array(Source).max(3),
  /** Seats whose media this seat receives (never itself). */
  hears: z.array(Id).max(8),
  /** Sources muted by their owner: the producer is paused, nothing is forwarded or recorded. */
  muted: z.array(Source).max(3).default([]),
  /** Sources of this seat that may be written while the room's recording is on (consent names the media). */
  record: z
    .array(Source)
    .max(3)
    .default([...sources]),
  /** What is written of it is not for the visitor's side: kept in files of its own, and no caption. */
  aside: z.boolean().optional(),
  /** Written into the recording's manifest: whose voice this is. */
  role: Role,
})
export type Seat = z.infer<typeof Seat>

/** The wanted state of a room: recovery works from this alone, never from what existed before. */
export const RoomSpec = z.object({
  seats: z.array(Seat).max(8),
  /** False while ringing: transports and producers may be made ready, nothing is forwarded or recorded. */
  flow: z.boolean(),
  recording: z.enum(['off', 'on', 'paused']),
  /** Which pause it is: the fact that it holds names it. */
  pause: z.int().min(1).optional(),
  /** What is said is told piece by piece while it is recorded (`speech` notices). */
  captions: z.boolean().optional(),
})
export type RoomSpec = z.infer<typeof RoomSpec>

export const TransportParameters = z.object({
  id: z.string(),
  iceParameters: Opaque,
  iceCandidates: z.array(Opaque),
  dtlsParameters: Opaque,
})
export type TransportParameters = z.infer<typeof TransportParameters>

const seatKey = { roomId: Id, seatId: Id, epoch: z.int().min(1) }
const Direction = z.enum(['send', 'recv'])

/** Every request the node answers. Repeating one with the same ids and parameters gives the same answer. */
export const requests = {
  /** Raise a room to `rev` (equal: ignored, lower: `stale`). Creates the room on the least loaded worker. */
  'room.apply': {
    input: z.object({
      roomId: Id,
      rev: z.int().min(1),
      spec: RoomSpec,
      /** The room made by this ends by itself after so long, whatever becomes of who asked for it. */
      lastsMs: z.int().min(1).max(60_000).optional(),
    }),
    output: z.object({ applied: z.int() }),
  },
  /** End a room: recorders are closed, then transports. Answered when the segments are closed. Unknown: no error. */
  'room.close': { input: z.object({ roomId: Id, reason: z.string().max(64) }), output: z.object({}) },
  /** Transports of a seat, made at the first call, both directions at once. */
  'seat.open': {
    input: z.object(seatKey),
    output: z.object({ rtpCapabilities: Opaque, send: TransportParameters, recv: TransportParameters }),
  },
  'seat.connect': {
    input: z.object({ ...seatKey, direction: Direction, dtlsParameters: Opaque }),
    output: z.object({}),
  },
  'seat.restartIce': {
    input: z.object({ ...seatKey, direction: Direction }),
    output: z.object({ iceParameters: Opaque }),
  },
  /** What the browser can receive. From then on the node makes its consumers and says so (`consumer` notices). */
  'seat.capabilities': { input: z.object({ ...seatKey, rtpCapabilities: Opaque }), output: z.object({}) },
  'producer.open': {
    input: z.object({
      ...seatKey,
      producerId: Id,
      source: Source,
      kind: z.enum(['audio', 'video']),
      rtpParameters: Opaque,
      /** Sent with the first producer instead of a `seat.connect`, which saves a round trip. */
      dtlsParameters: Opaque.optional(),
    }),
    output: z.object({ producerId: Id }),
  },
  /** Lower a medium: the seat's producer of this source, if it has one. */
  'producer.close': { input: z.object({ ...seatKey, source: Source }), output: z.object({}) },
  /** The browser has set the consumer up: resume it (when the room flows) and ask for a keyframe. */
  'consumer.ready': { input: z.object({ ...seatKey, consumerId: z.string().max(64) }), output: z.object({}) },
  /** Live state with the number of the last fact that it includes. */
  inventory: {
    input: z.object({}),
    output: z.object({
      bootId: z.string(),
      asOf: z.int(),
      rooms: z.array(
        z.object({
          roomId: Id,
          installationId: z.string(),
          rev: z.int(),
          seats: z.array(
            z.object({ id: Id, epoch: z.int(), connected: z.boolean(), sources: z.array(Source) }),
          ),
        }),
      ),
    }),
  },
} as const
export type Requests = typeof requests
export type RequestName = keyof Requests
export type Input<N extends RequestName> = z.input<Requests[N]['input']>
export type Output<N extends RequestName> = z.output<Requests[N]['output']>

export const errorCodes = [
  'badInput',
  'stale',
  'conflict',
  'notFound',
  'notAllowed',
  'busy',
  'unavailable',
  'internal',
] as const
export const ErrorCode = z.enum(errorCodes)
export type ErrorCode = z.infer<typeof ErrorCode>

/** Times are milliseconds of the server's clock (`clockMs`), mapped by the offset measured over this channel. */
export const Fact = z.discriminatedUnion('type', [
  z.object({ type: z.literal('seatConnected'), roomId: Id, seatId: Id, epoch: z.int(), at: z.number() }),
  /** ICE or DTLS of both transports gone. Not a hang-up. */
  z.object({ type: z.literal('seatDisconnected'), roomId: Id, seatId: Id, epoch: z.int(), at: z.number() }),
  z.object({
    type: z.literal('producerOpened'),
    roomId: Id,
    seatId: Id,
    epoch: z.int(),
    source: Source,
    at: z.number(),
  }),
  z.object({
    type: z.literal('producerClosed'),
    roomId: Id,
    seatId: Id,
    epoch: z.int(),
    source: Source,
    at: z.number(),
  }),
  z.object({
    type: z.literal('segmentOpened'),
    roomId: Id,
    segmentId: Id,
    seatId: Id,
    role: Role,
    source: Source,
    at: z.number(),
  }),
  z.object({
    type: z.literal('segmentClosed'),
    roomId: Id,
    segmentId: Id,
    at: z.number(),
    reason: z.string(),
  }),
  /** From `at` on nothing is written; said of each pause that a spec names, also of one that found nothing to pause. */
  z.object({ type: z.literal('recordingPaused'), roomId: Id, pause: z.int().optional(), at: z.number() }),
  z.object({ type: z.literal('recordingResumed'), roomId: Id, at: z.number() }),
  /**
   * Something should be written and is not. `diskFull`: nothing, until the next `segmentOpened`. `notWritten`: some track, until
   * `recordingWhole` or a full disk.
   */
  z.object({
    type: z.literal('recordingFailed'),
    roomId: Id,
    reason: z.enum(['diskFull', 'notWritten']),
    at: z.number(),
  }),
  z.object({ type: z.literal('recordingWhole'), roomId: Id, at: z.number() }),
  /** The room's worker is dead (or hung and killed): its room no longer exists on the node. */
  z.object({ type: z.literal('roomLost'), roomId: Id, at: z.number(), reason: z.string() }),
  /** All files of the room are finalised and `replay.json` is written: path below the recordings folder. */
  z.object({ type: z.literal('roomFinalised'), roomId: Id, index: z.string(), at: z.number() }),
])
export type Fact = z.infer<typeof Fact>

/** Unnumbered, for live use only. */
export const Notice = z.discriminatedUnion('type', [
  /** A track this seat can now receive: pass to the browser, which answers with `consumer.ready`. */
  z.object({
    type: z.literal('consumer'),
    roomId: Id,
    seatId: Id,
    epoch: z.int(),
    consumer: z.object({
      id: z.string(),
      producerId: z.string(),
      fromSeat: Id,
      source: Source,
      kind: z.enum(['audio', 'video']),
      rtpParameters: Opaque,
    }),
  }),
  z.object({
    type: z.literal('consumerClosed'),
    roomId: Id,
    seatId: Id,
    epoch: z.int(),
    consumerId: z.string(),
  }),
  /** Who speaks now, at most every 300 ms and only on change. */
  z.object({ type: z.literal('speaking'), roomId: Id, seats: z.array(Id) }),
  /** What a seat has just said: Opus packets that follow each other without a gap, from `at` on. `readers`: who heard it. */
  z.object({
    type: z.literal('speech'),
    roomId: Id,
    seatId: Id,
    role: Role,
    at: z.number(),
    ms: z.number().min(0).max(60_000),
    packets: z.array(z.base64().max((MAX_SOUND_BYTES / 3) * 4)).max(1_000),
    readers: z.array(z.object({ seatId: Id, epoch: z.int() })).max(8),
  }),
  /** Per seat, every 2 s while connected: fraction lost 0..1, round trip and jitter in ms: the worst of what the seat
   * sends and of what reaches it. Jitter is known of what it sends alone. */
  z.object({
    type: z.literal('quality'),
    roomId: Id,
    seatId: Id,
    loss: z.number(),
    rttMs: z.number(),
    jitterMs: z.number(),
  }),
])
export type Notice = z.infer<typeof Notice>

/** First frame from the server. */
export const Hello = z.object({
  protocol: z.int(),
  token: z.string(),
  installationId: z.string().min(1).max(64),
})
export type Hello = z.infer<typeof Hello>

export const ToNode = z.discriminatedUnion('t', [
  z.object({ t: z.literal('hello'), ...Hello.shape }),
  z.object({ t: z.literal('req'), id: z.int(), name: z.string().max(40), input: z.unknown() }),
  /** All facts up to `upTo` are committed in the database and may be forgotten. */
  z.object({ t: z.literal('ack'), upTo: z.int() }),
  /** Clock exchange: `serverMs` is the server's (database-anchored) time at sending. */
  z.object({ t: z.literal('clock'), serverMs: z.number() }),
])
export type ToNode = z.infer<typeof ToNode>

export const FromNode = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('welcome'),
    protocol: z.int(),
    nodeId: z.string(),
    bootId: z.string(),
    workers: z.int(),
  }),
  z.discriminatedUnion('ok', [
    z.object({ t: z.literal('res'), id: z.int(), ok: z.literal(true), output: z.unknown() }),
    z.object({
      t: z.literal('res'),
      id: z.int(),
      ok: z.literal(false),
      code: ErrorCode,
      message: z.string(),
    }),
  ]),
  z.object({ t: z.literal('fact'), no: z.int(), fact: Fact }),
  /** The fact buffer overflowed: take an inventory. */
  z.object({ t: z.literal('gap') }),
  z.object({ t: z.literal('notice'), notice: Notice }),
  z.object({ t: z.literal('clock'), serverMs: z.number(), nodeMs: z.number() }),
])
export type FromNode = z.infer<typeof FromNode>
