/** Composition: what the server is made of, in the order in which it must come up. Wires, decides nothing. */
import type { Server as HttpServer } from 'node:http'
import { hostname } from 'node:os'
import { Server } from 'socket.io'
import { v7 } from 'uuid'
import { ensureDemo, writeDemoLinks } from './agent/demo.service.ts'
import { leave } from './agent/presence.service.ts'
import type { AuthEvents } from './auth/auth-events.ts'
import { createRateLimits, defaultRates, type RateLimits } from './auth/rate-limit.ts'
import { createTokens } from './auth/token.ts'
import { createLoop, createMediaKeeper, createSweeper } from './background.ts'
import { type Bus, createBus } from './bus.ts'
import { createMediaNode, type MediaNode, type MediaNodeEvents } from './call/media-node.ts'
import { createNoticeRelay } from './call/notice.relay.ts'
import type { RecoveryDeps } from './call/recovery.service.ts'
import type { Config } from './config.ts'
import { createGatherer } from './conversation/gather.service.ts'
import { join, leaveFleet, stay } from './fleet/fleet.service.ts'
import { createNeighbours } from './fleet/neighbours.ts'
import { createQualityWatch } from './quality/quality.service.ts'
import { addressOfHandshake } from './http/address.ts'
import { createHttp } from './http/create-http.ts'
import { createWebServer } from './http/web-server.ts'
import { createLoops, type Loops } from './loop/loop.service.ts'
import { createRecordings } from './recording/recordings.ts'
import { createS3 } from './recording/s3.ts'
import { createShipping } from './recording/ship.service.ts'
import { createViewings } from './review/viewing.service.ts'
import { ownOrigins } from './site/own-origins.ts'
import type { Logger } from './logger.ts'
import { announceOver } from './socket/announce.ts'
import { acceptConnections } from './socket/connections.ts'
import { createHub, rooms } from './socket/hub.ts'
import { createPresence } from './socket/presence.ts'
import { tellWaiting } from './socket/waiting.ts'
import { type Clock, createClock } from './storage/clock.ts'
import { type Database, openDatabase } from './storage/database.ts'
import { assertFit } from './storage/fit.ts'
import { installationId } from './storage/installation.ts'
import { migrateUp } from './storage/migrate.ts'
import { startPush } from './push/start.ts'
import { startTranscripts } from './transcript/start.ts'
import { createTasks, type Tasks } from './tasks.ts'

export type AppOverrides = {
  bus?: Bus
  newId?: () => string
  /** The media node's stand-in where a test has none. */
  createMediaNode?: typeof createMediaNode
}

export type App = {
  /** Resolves when requests are taken; the port may have been 0. */
  start(): Promise<{ port: number }>
  /** Takes no new work, ends what runs, lets the rest go. Safe to call twice. */
  stop(): Promise<void>
}

/** Well below the time after which a server is thought dead. */
const FLEET_MS = 3_000
/** A frame carries at most a message or an SDP's worth of parameters. */
const MAX_FRAME_BYTES = 256 * 1024

export function createApp(config: Config, log: Logger, overrides: AppOverrides = {}): App {
  const db = openDatabase(config.databaseUrl, (err) => log.warn({ err }, 'a database connection broke'))
  let running: Awaited<ReturnType<typeof compose>> | null = null
  let stopped = false
  return {
    async start() {
      await assertFit(db)
      const applied = await migrateUp(db)
      if (applied.length > 0) log.info({ applied }, 'migrations applied')
      running = await compose(config, log, db, overrides)
      // Before we answer that we are ready: from then on a database that goes away must not end the process.
      await writeDemoLinks(db, config)
      return { port: await listen(running.http, config) }
    },
    async stop() {
      if (stopped) return
      stopped = true
      await running?.stop()
      await db.destroy()
    },
  }
}

async function compose(config: Config, log: Logger, db: Database, overrides: AppOverrides) {
  const bus = overrides.bus ?? createBus()
  const clock = await createClock(db, (err) => log.warn({ err }, 'the clock was not measured'))
  const http = createWebServer()
  const limits = createRateLimits(defaultRates)
  const io = createIo(http, config, limits)
  const neighbours = createNeighbours({ db, config, log })
  const hub = createHub(io, neighbours)
  const media = await connectMedia(config, log, db, overrides, clock, (tab, greeting) =>
    hub.toTab(tab, 'media.moved', greeting),
  )
  const tasks = createTasks(log)
  const base = { db, bus, config, log, tasks, newId: overrides.newId ?? v7, hub, node: media.node }
  const deps = { ...base, tabIsHere: hub.tabIsHere, now: clock.now }
  const gatherer = createGatherer(deps)
  const recovery = { ...deps, pushMoved: media.pushMoved }
  const keeper = createMediaKeeper({ ...recovery, connected: () => media.node.bootId() !== null })
  const tests = createLoops({ ...base, tell: (tab, push) => hub.toTab(tab, 'loop.consumer', push) })
  const relay = createNoticeRelay({
    ...deps,
    hub: { toTab: hub.toTabHere },
    quality: createQualityWatch(deps),
  })
  const recordings = createRecordings(base)
  const transcripts = startTranscripts({
    ...{ ...base, recordings },
    show: (tab, push) => hub.toTab(tab, 'captions', push),
  })
  const passOn: MediaNodeEvents['notice'] = (notice) =>
    tests.notice(notice) || transcripts?.notice(notice) || relay(notice)
  media.use({ ...keeper, relay: passOn })

  const self = { id: v7(), slot: `${hostname()} ${config.port} ${config.dataDir}` }
  await join(db, self)
  await ensureDemo(db, config)
  const presence = createPresence({ ...base, serverId: self.id })
  const fleet = createLoop({ log }, 'fleet', FLEET_MS, async () => {
    await stay(db, self)
    await neighbours.look()
    await presence.setRight()
  })
  const shipping = config.s3 ? createShipping({ ...base, s3: createS3(config.s3) }) : null
  const sweeper = createSweeper({ ...recovery, recordings, shipping })
  const loops = [...sweeper, fleet, ...(transcripts ? [transcripts] : [])]
  announceOver(deps)
  await neighbours.start(self.id, { hub, bus })
  const waiting = tellWaiting(deps)
  const push = await startPush({ ...deps, personLooks: hub.personLooks })
  // Other servers read what we date, and have clocks of their own.
  const now = () => new Date(clock.now())
  const viewings = createViewings({ db, now })
  const auth = { tokens: createTokens(config.secrets.jwtSecret, clock.now), now, config }
  acceptConnections({
    ...deps,
    ...{ gatherer, loops: tests, auth, limits, presence, viewings },
    ...{ teamFor: waiting.teamFor, look: waiting.look },
  })
  const onSignedOut = (personId: string, sessionIds: string[]) => {
    for (const id of sessionIds) hub.cut('desk', rooms.session(id))
    if (hub.personOnline(personId)) return
    tasks.run('signed out', leave(deps, personId))
  }
  const onVisitorRevoked = (sessionId: string) => hub.cut('visitor', rooms.session(sessionId))
  // Whose page is still open comes back as somebody new.
  bus.on('visitorErased', ({ visitorId }) => hub.cut('visitor', rooms.visitor(visitorId)))
  const onIdentified: AuthEvents['onIdentified'] = ({ sessionId, from, to, movedConversations }) => {
    // The tokens name another visitor now: who is cut comes back with a new one, into the same call.
    if (movedConversations) hub.cut('visitor', rooms.visitor(from))
    else if (from !== to) onVisitorRevoked(sessionId)
  }
  const behind = () => shipping?.state() ?? null
  const ready = async () => ({ database: await answers(db), media: media.node.bootId() !== null })
  const told = { onSignedOut, onIdentified, onVisitorRevoked }
  http.on(
    'request',
    createHttp({
      ...{ db, bus, config, log, recordings, viewings, ready, behind, now },
      ...{ pushPublicKey: push.publicKey, ...told },
    }),
  )
  const stop = async () => {
    await stopAll({
      ...{ http, io, loops: [...loops, waiting, push], keeper, tests, tasks, media: media.node, clock },
    })
    await neighbours.stop()
    await leaveFleet(db, self).catch((err: unknown) => log.warn({ err }, 'left without a word'))
  }
  return { http, stop }
}

function createIo(http: HttpServer, config: Config, limits: RateLimits): Server {
  const own = ownOrigins(config)
  const io = new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    httpCompression: false,
    pingInterval: 10_000,
    pingTimeout: 8_000,
    // Browsers always name the page's origin for a WebSocket; our pages are the only ones that may.
    allowRequest(req, done) {
      if (req.headers.origin !== undefined && !own.includes(req.headers.origin)) return done(null, false)
      limits.take('handshake', addressOfHandshake(req, config.trustProxy)).then(
        () => done(null, true),
        () => done('too many', false),
      )
    },
  })
  // It is there by itself and asks for no token: a socket in no namespace is closed by the library, one in this would stay.
  io.use((_socket, next) => next(new Error('refused')))
  return io
}

type Keeper = ReturnType<typeof createMediaKeeper> & { relay: MediaNodeEvents['notice'] }

async function connectMedia(
  config: Config,
  log: Logger,
  db: Database,
  overrides: AppOverrides,
  clock: Clock,
  pushMoved: RecoveryDeps['pushMoved'],
): Promise<{ node: MediaNode; pushMoved: RecoveryDeps['pushMoved']; use(keeper: Keeper): void }> {
  let keeper: Keeper | null = null
  const make = overrides.createMediaNode ?? createMediaNode
  const node = make(
    { config, log, installationId: await installationId(db), now: clock.now },
    {
      fact: (bootId, no, fact) => keeper?.fact(bootId, no, fact),
      notice: (notice) => keeper?.relay(notice),
      up: () => keeper?.reconcile(),
      gap: () => keeper?.reconcile(),
    },
  )
  return {
    node,
    pushMoved,
    use(found) {
      keeper = found
    },
  }
}

const answers = (db: Database): Promise<boolean> =>
  db
    .selectFrom('installation')
    .select('id')
    .executeTakeFirst()
    .then(
      () => true,
      () => false,
    )

async function listen(http: HttpServer, config: Config): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(config.port, config.host, resolve)
  })
  const address = http.address()
  return typeof address === 'object' && address ? address.port : config.port
}

/** Requests under way get this long to be answered. */
const LAST_ANSWERS_MS = 500

async function stopAll(all: {
  http: HttpServer
  io: Server
  loops: { stop(): Promise<void> }[]
  keeper: { stop(): Promise<void> }
  tasks: Tasks
  tests: Loops
  media: MediaNode
  clock: Clock
}): Promise<void> {
  // Browsers connect ahead of need; a connection that never asked for anything would hold us up for a minute.
  const cut = setTimeout(() => all.http.closeAllConnections(), LAST_ANSWERS_MS)
  await all.io.close()
  clearTimeout(cut)
  await Promise.all(all.loops.map((loop) => loop.stop()))
  await all.keeper.stop()
  all.tests.close()
  await all.tasks.drain()
  all.media.close()
  all.clock.stop()
}
