/** A queue, a contact and an agent without anything special, unless it is said. */
import { defaultQueue } from '../default-queue.policy.ts'
import type { Agent, Contact, Queue } from '../routing.ts'

export const queue = (over: Partial<Queue> = {}): Queue => ({
  ...defaultQueue({ chatOfferMs: 30_000, callOfferMs: 20_000 }),
  id: 'q',
  ...over,
})
export const contact = (id: string, over: Partial<Contact> = {}): Contact => ({
  id,
  queueId: 'q',
  medium: 'chat',
  requires: [],
  prefers: [],
  waitingSince: 0,
  rank: 0,
  preferredAgentId: null,
  avoid: [],
  offeredTo: null,
  ...over,
})
export const agent = (id: string, over: Partial<Agent> = {}): Agent => ({
  id,
  status: 'available',
  skills: new Map(),
  queues: new Map([['q', 0]]),
  capacity: [
    { chat: 5, voice: 0, video: 0 },
    { chat: 2, voice: 1, video: 0 },
    { chat: 0, voice: 0, video: 1 },
  ],
  load: { chat: 0, voice: 0, video: 0 },
  idleSince: 0,
  ...over,
})
