import { chat } from './chat.ts'
import { day } from './day.ts'
import { erlang } from './erlang.ts'
import type { Bench } from './lib/bench.ts'
import { policy } from './policy.ts'
import { recovery } from './recovery.ts'
import { recorder } from './recorder.ts'
import { search } from './search.ts'
import { setup } from './setup.ts'
import { write } from './write.ts'

export const benches: Record<string, Bench> = {
  chat,
  write,
  recorder,
  recovery,
  setup,
  policy,
  erlang,
  day,
  search,
}
