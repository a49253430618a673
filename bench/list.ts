import { chat } from './chat.ts'
import { day } from './day.ts'
import { erlang } from './erlang.ts'
import type { Bench } from './lib/bench.ts'
import { policy } from './policy.ts'
import { recovery } from './recovery.ts'
import { recording } from './recording.ts'
import { replay } from './replay.ts'
import { search } from './search.ts'
import { setup } from './setup.ts'
import { write } from './write.ts'

export const benches: Record<string, Bench> = {
  chat,
  write,
  recording,
  recovery,
  setup,
  policy,
  erlang,
  day,
  replay,
  search,
}
