/** A test of the connection: one's own voice through the media node and back. Staff's before a call, and visitors' after a bad one. */
import * as z from 'zod/mini'
import { Empty, Id, Opaque } from './words.ts'

const loop = { loopId: Id }

/** `send` carries the voice to the node, `recv` brings it back. */
export const LoopGreeting = z.object({
  ...loop,
  rtpCapabilities: Opaque,
  send: Opaque,
  recv: Opaque,
  /** It ends by itself after this. */
  lastsMs: z.int(),
})
export type LoopGreeting = z.infer<typeof LoopGreeting>

export const loopRequests = {
  /** Ends the caller's earlier one. Nothing is recorded. */
  'loop.open': { input: Empty, output: LoopGreeting },
  'loop.produce': {
    input: z.object({
      ...loop,
      producerId: Id,
      rtpParameters: Opaque,
      dtlsParameters: z.optional(Opaque),
    }),
    output: Empty,
  },
  /** What the browser can receive; then comes `loop.consumer`. */
  'loop.receive': { input: z.object({ ...loop, rtpCapabilities: Opaque }), output: Empty },
  'loop.connect': { input: z.object({ ...loop, dtlsParameters: Opaque }), output: Empty },
  /** One that is over already: no error. */
  'loop.end': { input: z.object(loop), output: Empty },
}
