/** What an agent can still take. */
import type { Capacity, Load, Medium } from './routing.ts'

export const NOTHING: Load = { chat: 0, voice: 0, video: 0 }

/** Whether one allowed combination holds all of it and one more of that medium. */
export function fits(load: Load, capacity: Capacity, more: Medium): boolean {
  for (const most of capacity) {
    if (load[more] >= most[more]) continue
    if (load.chat <= most.chat && load.voice <= most.voice && load.video <= most.video) return true
  }
  return false
}

export const add = (load: Load, medium: Medium, count = 1): Load => ({
  chat: load.chat + (medium === 'chat' ? count : 0),
  voice: load.voice + (medium === 'voice' ? count : 0),
  video: load.video + (medium === 'video' ? count : 0),
})

/** One more of which media fits. */
export const roomOf = (load: Load, capacity: Capacity): Record<Medium, boolean> => ({
  chat: fits(load, capacity, 'chat'),
  voice: fits(load, capacity, 'voice'),
  video: fits(load, capacity, 'video'),
})

/** All in hand, calls and chats counted alike. */
export const inHand = (load: Load): number => load.chat + load.voice + load.video
