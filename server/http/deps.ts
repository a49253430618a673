import type { AuthEvents } from '../auth/auth-events.ts'
import type { RateLimits } from '../auth/rate-limit.ts'
import type { SessionDeps } from '../auth/session.service.ts'
import type { Tokens } from '../auth/token.ts'
import type { Bus } from '../bus.ts'
import type { Config } from '../config.ts'
import type { Logger } from '../logger.ts'
import type { Recordings } from '../recording/recordings.ts'
import type { Viewings } from '../review/viewing.service.ts'
import type { Database } from '../storage/database.ts'

/** What routes and their services work with. */
export type HttpDeps = SessionDeps &
  AuthEvents & {
    db: Database
    bus: Bus
    config: Config
    log: Logger
    recordings: Recordings
    viewings: Viewings
    tokens: Tokens
    limits: RateLimits
    /** Origins of our own pages. */
    own: readonly string[]
    /** What browsers subscribe with to be told by push. */
    pushPublicKey: string
    /** The built client. */
    clientDir: string
  }
