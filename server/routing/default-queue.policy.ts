/** The one queue of an installation that has set up none: everybody is in it, whoever waits longest comes first. */
import type { Capacity, Queue } from './routing.ts'

/** Its id in snapshots; elsewhere it is null. */
export const EVERYBODYS = 'default'

const seconds = (count: number) => count * 1000

export const defaultQueue = (offer: { chatOfferMs: number; callOfferMs: number }): Queue => ({
  id: EVERYBODYS,
  priority: 0,
  target: {
    chat: { share: 0.8, withinMs: seconds(45) },
    voice: { share: 0.8, withinMs: seconds(20) },
    video: { share: 0.8, withinMs: seconds(20) },
  },
  maxLength: null,
  offerMs: { chat: offer.chatOfferMs, voice: offer.callOfferMs, video: offer.callOfferMs },
  requires: [],
  prefers: [],
  rings: [],
  overflow: [],
  ageing: null,
  lastAgentMs: 0,
})

/** So many conversations at once, one of them perhaps a call. */
export const conversations = (most: number): Capacity => [
  { chat: most, voice: 0, video: 0 },
  { chat: most - 1, voice: 1, video: 0 },
  { chat: most - 1, voice: 0, video: 1 },
]
