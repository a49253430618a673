/** What both sides can do in a conversation and its call. */
import * as z from 'zod/mini'
import { WireEvent } from './events.ts'
import { CallMedia, Consent, Empty, Id, Opaque, Seq, Source, text, Time } from './words.ts'

export const one = { conversationId: Id }
export const call = { callId: Id }
export const seat = { callId: Id, epoch: z.int().check(z.minimum(1)) }

/** What a browser needs to build its side of a call; pushed again as `media.moved` when the media moved. */
export const MediaGreeting = z.object({
  callId: Id,
  /** The caller's own. */
  seat: z.string(),
  epoch: z.int(),
  rtpCapabilities: Opaque,
  send: Opaque,
  recv: Opaque,
})
export type MediaGreeting = z.infer<typeof MediaGreeting>

export const shared = {
  /** Answered at once: proves that the path works, and tells the server's clock. Asked each 2 s during calls. */
  beat: { input: Empty, output: z.object({ now: Time }) },
  history: {
    input: z.object({ ...one, before: Seq }),
    output: z.object({ events: z.array(WireEvent), more: z.boolean() }),
  },
  typing: { input: z.object({ ...one, on: z.boolean() }), output: Empty },
  /** High-water marks in the caller's own numbering; lower ones than known are ignored. */
  mark: {
    input: z.object({ ...one, delivered: z.optional(Seq), read: z.optional(Seq) }),
    output: Empty,
  },
  /** The other side must accept. A visitor says in the same breath what may be recorded. */
  'call.ask': {
    input: z.object({ ...one, media: CallMedia, consent: z.optional(Consent) }),
    output: z.object(call),
  },
  /** The asked side's answer. `consent` is the visitor's and needed when the visitor accepts. */
  'call.answer': {
    input: z.object({ ...call, accept: z.boolean(), consent: z.optional(Consent) }),
    output: Empty,
  },
  /** Ends a running call or withdraws one's own question. Repeating it is harmless. */
  'call.hangUp': { input: z.object(call), output: Empty },
  /**
   * Take the seat in a call and get its transports. Another live tab or device of the same person holds it:
   * `conflict`, unless `take` is true, which cuts the other. `epoch`: this browser has live connections of that
   * epoch (its socket was away); if it is still the seat's, the same greeting is answered and nothing is rebuilt.
   */
  'media.open': {
    input: z.object({ ...call, take: z.boolean(), epoch: z.optional(z.int()) }),
    output: MediaGreeting,
  },
  'media.connect': {
    input: z.object({ ...seat, direction: z.enum(['send', 'recv']), dtlsParameters: Opaque }),
    output: Empty,
  },
  'media.restartIce': {
    input: z.object({ ...seat, direction: z.enum(['send', 'recv']) }),
    output: z.object({ iceParameters: Opaque }),
  },
  'media.capabilities': { input: z.object({ ...seat, rtpCapabilities: Opaque }), output: Empty },
  /** Raise a medium. The producer's id is made by the caller; the same id again gives the same answer. */
  'media.produce': {
    input: z.object({
      ...seat,
      producerId: Id,
      source: Source,
      kind: z.enum(['audio', 'video']),
      rtpParameters: Opaque,
      dtlsParameters: z.optional(Opaque),
    }),
    output: z.object({ producerId: Id }),
  },
  /** Lower a medium again. */
  'media.stop': { input: z.object({ ...seat, source: Source }), output: Empty },
  /** The state wished for, not a toggle; answered once the media node enforces it. */
  'media.mute': {
    input: z.object({ ...call, muted: z.boolean() }),
    output: z.object({ muted: z.boolean() }),
  },
  'media.ready': { input: z.object({ ...seat, consumerId: text(64, 1) }), output: Empty },
  /** The page is going away on purpose; the seat is kept for its return. */
  'media.leaving': { input: z.object(call), output: Empty },
}
