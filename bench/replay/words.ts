import type { Counts } from './counted.ts'
import type { Place } from './drift.ts'
import type { Talk } from './long-talk.ts'
import type { Meter, Opened, Sought } from './players.ts'

export type Way = 'parley' | 'bare'
/** `found`: opened from what was looked for; `voice`: the same hour without its pictures. */
export type Wherever = Way | 'found' | 'voice' | 'phone'
/** `until`: it played at the right place; `after`: what came in the rest that followed. */
export type Seek = Sought & Meter & { way: Wherever; second: number; until: Counts; after: Counts }
export type Opening = Opened & Meter & { way: Wherever; counts: Counts }
export type Memory = { opened: number; sought: number; ended: number }
export type Found = {
  talk: Talk
  openings: Opening[]
  seeks: Seek[]
  voice: Seek[]
  phone: Seek[]
  places: Place[]
  memory: Memory
}
