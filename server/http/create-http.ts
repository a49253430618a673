import { isUtf8 } from 'node:buffer'
import path from 'node:path'
import express, { type Express, type RequestHandler, Router } from 'express'
import { accessRoutes } from '../access/access.routes.ts'
import { assessmentRoutes } from '../assessment/assessment.routes.ts'
import { adminRoutes } from '../agent/admin.routes.ts'
import { statusRoutes } from '../agent/status.routes.ts'
import { signInRoutes } from '../agent/sign-in.routes.ts'
import { attachmentRoutes } from '../attachment/attachment.routes.ts'
import type { Bus } from '../bus.ts'
import { configurationFileRoutes, configurationRoutes } from '../configuration/configuration.routes.ts'
import { clipRoutes } from '../clip/clip.routes.ts'
import { calibrationRoutes } from '../calibration/calibration.routes.ts'
import { chainKeyOf } from '../auth/session.service.ts'
import { createTokens } from '../auth/token.ts'
import type { Config } from '../config.ts'
import { AppError } from '../contract/errors.ts'
import type { Logger } from '../logger.ts'
import type { Recordings } from '../recording/recordings.ts'
import { pushRoutes } from '../push/push.routes.ts'
import { maskingRoutes } from '../masking/masking.routes.ts'
import { replyRoutes } from '../reply/reply.routes.ts'
import { resultRoutes } from '../review-results/results.routes.ts'
import { handoutRoutes } from '../handout/handout.routes.ts'
import { backlogRoutes } from '../backlog/backlog.routes.ts'
import { keepingRoutes } from '../keeping/keeping.routes.ts'
import { reviewRoutes } from '../review/review.routes.ts'
import { samplingRoutes } from '../sampling/sampling.routes.ts'
import { scorecardRoutes } from '../scorecard/scorecard.routes.ts'
import { createViewings, type Viewings } from '../review/viewing.service.ts'
import { voicemailRoutes } from '../review/voicemail.routes.ts'
import { searchRoutes } from '../search/search.routes.ts'
import type { Database } from '../storage/database.ts'
import { guestRoutes } from '../guest/guest.routes.ts'
import { visitorRoutes } from '../visitor/visitor.routes.ts'
import type { AuthEvents } from '../auth/auth-events.ts'
import type { HttpDeps } from './deps.ts'
import { errorMiddleware, notFound } from './error.middleware.ts'
import { ownOrigins } from '../site/own-origins.ts'
import { refuseForeignOrigin } from './origin.ts'
import { holdAudioRoutes } from '../site/hold-audio.routes.ts'
import { holdAudioUploadRoutes, siteRoutes } from '../site/site.routes.ts'
import { pageRoutes } from './page.routes.ts'
import { createRateLimits, defaultRates, type Rates } from '../auth/rate-limit.ts'
import { addressOf } from './address.ts'
import { requestLog } from './request-log.ts'
import { baseHeaders } from './security-headers.ts'

export type HttpInput = AuthEvents & {
  db: Database
  bus: Bus
  config: Config
  log: Logger
  recordings: Recordings
  /** Shared with the sockets, so that a viewing is one wherever it goes on. */
  viewings?: Viewings
  /** What readiness depends on, by name; all true means ready. A rejection means not ready. */
  ready(): Promise<Record<string, boolean>>
  /** Recordings that wait for S3; null where there is none. */
  behind?(): { waiting: number; fault: string | null } | null
  pushPublicKey: string
  /** Overrides, for tests. */
  now?: () => Date
  rates?: Partial<Rates>
  clientDir?: string
}

/** The widest JSON body: a few form fields. Files go another way. */
const JSON_LIMIT = 64 * 1024

/** Everything over HTTP but the sockets. Holds no truth; closing the server that it listens on is enough. */
export function createHttp(input: HttpInput): Express {
  const deps = toDeps(input)
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', deps.config.trustProxy)
  app.set('query parser', 'simple')
  app.use(requestLog(deps.log), baseHeaders(deps.config))
  app.use(['/api', '/widget', '/readyz', '/try'], floodGate(deps))
  app.use(healthRoutes(input))
  app.use('/api', apiDoor(deps))
  app.use(attachmentRoutes(deps), configurationFileRoutes(deps), holdAudioUploadRoutes(deps))
  app.use('/api', express.json({ limit: JSON_LIMIT, inflate: false, verify: refuseBadUtf8 }))
  app.use(guestRoutes(deps), visitorRoutes(deps), signInRoutes(deps), adminRoutes(deps))
  app.use(searchRoutes(deps), accessRoutes(deps), reviewRoutes(deps))
  app.use(configurationRoutes(deps), statusRoutes(deps), replyRoutes(deps), siteRoutes(deps))
  app.use(voicemailRoutes(deps), pushRoutes(deps))
  app.use(
    scorecardRoutes(deps),
    assessmentRoutes(deps),
    samplingRoutes(deps),
    calibrationRoutes(deps),
    resultRoutes(deps),
    maskingRoutes(deps),
  )
  app.use(keepingRoutes(deps), backlogRoutes(deps), handoutRoutes(deps), clipRoutes(deps))
  app.use(holdAudioRoutes(deps), pageRoutes(deps))
  app.use(notFound, errorMiddleware(deps.log))
  return app
}

function toDeps({ db, bus, config, log, ...given }: HttpInput): HttpDeps {
  const { onSignedOut, onIdentified, onVisitorRevoked, pushPublicKey } = given
  const { recordings } = given
  const now = given.now ?? (() => new Date())
  return {
    viewings: given.viewings ?? createViewings({ db, now }),
    ...{ db, bus, config, log, recordings, onSignedOut, onIdentified, onVisitorRevoked, pushPublicKey, now },
    tokens: createTokens(config.secrets.jwtSecret, () => now().getTime()),
    chainKey: chainKeyOf(config.secrets.jwtSecret),
    limits: createRateLimits({ ...defaultRates, ...given.rates }),
    own: ownOrigins(config),
    clientDir: given.clientDir ?? path.resolve(import.meta.dirname, '../../client/dist'),
  }
}

/** Whatever asks the database is counted by address. */
function floodGate({ limits }: HttpDeps): RequestHandler {
  return async (req, _res, next) => {
    await limits.take('api', addressOf(req))
    next()
  }
}

/** What every request to the API passes before its route. */
function apiDoor({ own }: HttpDeps): RequestHandler {
  const refuse = refuseForeignOrigin(own)
  return (req, res, next) => {
    res.set('Cache-Control', 'no-store')
    refuse(req, res, next)
  }
}

/** The parser would replace broken bytes silently. */
function refuseBadUtf8(_req: unknown, _res: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw new AppError('badInput', 'The body is not UTF-8')
}

function healthRoutes({ ready, behind }: Pick<HttpInput, 'ready' | 'behind'>): Router {
  return Router()
    .get('/healthz', (_req, res) => {
      res.set('Cache-Control', 'no-store').json({ ok: true })
    })
    .get('/readyz', async (_req, res) => {
      const parts = await ready().catch(() => ({ server: false }))
      const ok = Object.values(parts).every(Boolean)
      res
        .status(ok ? 200 : 503)
        .set('Cache-Control', 'no-store')
        .json({ ok, parts, ...toldBehind(behind?.() ?? null) })
    })
}

/** Not what is wrong: anybody may ask. The server's log says it. */
const toldBehind = (state: { waiting: number; fault: string | null } | null) =>
  state ? { recordings: { waiting: state.waiting, s3: state.fault === null } } : {}
