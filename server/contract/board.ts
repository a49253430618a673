/** The live board of the floor, for supervisors. */
import * as z from 'zod/mini'
import type { QueueLine } from '../board/board.ts'
import { Status } from './desk.ts'
import { CallMedia, Id, Time } from './words.ts'

export const Board = z.object({
  /** The database's clock. */
  now: Time,
  queues: z.array(z.custom<QueueLine>((value) => typeof value === 'object' && value !== null)),
  /** Everybody who is not offline. */
  agents: z.array(
    z.object({
      id: Id,
      name: z.string(),
      status: Status,
      since: Time,
      reason: z.nullable(z.string()),
      conversations: z.int(),
      calling: z.boolean(),
    }),
  ),
  /** All that are open, the oldest first. */
  conversations: z.array(
    z.object({
      conversationId: Id,
      visitorName: z.nullable(z.string()),
      queueId: z.nullable(Id),
      agent: z.nullable(z.object({ id: Id, name: z.string() })),
      waitingSince: z.nullable(Time),
      startedAt: Time,
      unansweredSince: z.nullable(Time),
      call: z.nullable(
        z.object({
          callId: Id,
          media: CallMedia,
          since: Time,
          held: z.boolean(),
          people: z.int(),
          /** Who of the supervisors is seen in it. */
          supervisors: z.array(z.string()),
        }),
      ),
    }),
  ),
})
export type Board = z.infer<typeof Board>
