import type { Source } from '../../server/conversation/conversation.ts'

const KEY = 'parley.call'

export type Joined = { callId: string; sources: Source[] }

/** Which call this tab is in, and what it sends: its next page takes the seat again. Gone with the tab. */
export const joined = {
  get(): Joined | null {
    try {
      const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
      return isJoined(stored) ? stored : null
    } catch {
      return null
    }
  },
  set(record: Joined | null): void {
    try {
      if (record) sessionStorage.setItem(KEY, JSON.stringify(record))
      else sessionStorage.removeItem(KEY)
    } catch (error) {
      console.debug('no storage in this frame: a call does not follow to the next page', error)
    }
  },
}

const isJoined = (value: unknown): value is Joined =>
  typeof value === 'object' && value !== null && 'callId' in value && 'sources' in value
