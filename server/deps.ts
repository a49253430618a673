import type { Bus } from './bus.ts'
import type { Config } from './config.ts'
import type { Database } from './storage/database.ts'

/** What the use cases work with. Each takes a `Pick`, so its signature says what it touches. */
export type Deps = {
  db: Database
  bus: Bus
  config: Config
  /** UUIDv7, so that ids sort by time. */
  newId(): string
}
