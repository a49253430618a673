/** Who may connect, and what their coming and going means. */
import { randomUUID } from 'node:crypto'
import type { Namespace, Socket } from 'socket.io'
import {
  type AuthDeps,
  authenticateDesk,
  authenticateGuest,
  authenticateVisitor,
} from '../auth/authenticate.ts'
import type { RateLimits } from '../auth/rate-limit.ts'
import { noteSocketGone } from '../call/recovery.service.ts'
import { AppError, type Failure } from '../contract/errors.ts'
import { deskRequests, guestRequests, visitorRequests } from '../contract/requests.ts'
import { CONTRACT_VERSION } from '../contract/words.ts'
import { createDoor, type Door } from '../door.ts'
import { addressOfHandshake } from '../http/address.ts'
import type { Logger } from '../logger.ts'
import type { Tasks } from '../tasks.ts'
import { may } from '../permission/permission.ts'
import type { WaitingTeller } from './waiting.ts'
import { type Bucket, createBucket, shareBuckets } from './bucket.ts'
import type { DeskContext, GuestContext, SocketDeps, VisitorContext } from './context.ts'
import { deskHandlers } from './desk.handlers.ts'
import { following } from './followers.ts'
import { guestHandlers } from './guest.handlers.ts'
import { rooms } from './hub.ts'
import type { Presence } from './presence.ts'
import { serve, toFailure } from './serve.ts'
import { isTab, speakForTabs } from './tabs.ts'
import { visitorHandlers } from './visitor.handlers.ts'

export type ConnectionDeps = SocketDeps &
  Pick<WaitingTeller, 'teamFor'> & {
    auth: AuthDeps
    log: Logger
    tasks: Tasks
    presence: Presence
    limits: RateLimits
    now(): number
  }

const CLOCK_EVERY_MS = 60_000
/** Requests of one visitor or guest, over all their sockets; of staff, over each. */
const RATE = { perSecond: 30, burst: 120 }
/** As many as the database has connections: they stand in line with the requests of those who are in, not before them. */
const LET_IN_AT_ONCE = 16

export function acceptConnections(d: ConnectionDeps): void {
  const door = createDoor(LET_IN_AT_ONCE)
  const others = { door, first: false }
  guard(d.hub.visitors, { ...d, ...others }, async (socket, token) => {
    const me = await authenticateVisitor(d.db, d.auth, token)
    assertRoom(d.hub.visitors, rooms.visitor(me.visitorId))
    socket.data = { d, me, tab: tabOf(socket) } satisfies VisitorContext
  })
  // Everybody else waits for them.
  guard(d.hub.desk, { ...d, door, first: true }, async (socket, token) => {
    const me = await authenticateDesk(d.db, d.auth, token)
    socket.data = { d, me, tab: tabOf(socket), ...following(socket, me) } satisfies DeskContext
  })
  guard(d.hub.guests, { ...d, ...others }, async (socket, token) => {
    const me = await authenticateGuest(d.db, d.auth, token)
    assertRoom(d.hub.guests, rooms.guests(me.conversationId))
    socket.data = { d, me, tab: tabOf(socket) } satisfies GuestContext
  })
  const buckets = shareBuckets(RATE)
  const bucketOf = (socket: Socket, key: string): Bucket => {
    const { bucket, letGo } = buckets(key)
    socket.on('disconnect', letGo)
    return bucket
  }
  d.hub.guests.on('connection', (socket) => {
    const context = socket.data as GuestContext
    guestCame(d, socket, context, bucketOf(socket, context.me.invitationId))
  })
  d.hub.visitors.on('connection', (socket) => {
    const context = socket.data as VisitorContext
    visitorCame(d, socket, context, bucketOf(socket, context.me.visitorId))
  })
  d.hub.desk.on('connection', (socket) => staffCame(d, socket, socket.data as DeskContext))
}

/** Tabs of one visitor, or of a call's guests. More is nobody's browsing. */
const MOST_SOCKETS = 30

function assertRoom(namespace: Namespace, room: string): void {
  const size = namespace.adapter.rooms.get(room)?.size ?? 0
  if (size >= MOST_SOCKETS) throw new AppError('tooMany', 'Too many tabs', { retryAfterMs: 10_000 })
}

function guard(
  namespace: Namespace,
  d: ConnectionDeps & { door: Door; first: boolean },
  authenticate: (socket: Socket, token: string) => Promise<void>,
): void {
  namespace.use((socket, next) => {
    const { token, contract } = socket.handshake.auth as { token?: unknown; contract?: unknown }
    const work = async () => {
      await d.limits.take('handshake', addressOfHandshake(socket.request, d.config.trustProxy))
      if (typeof token !== 'string') throw new AppError('signInNeeded', 'Sign in')
      if (contract !== CONTRACT_VERSION) throw new AppError('conflict', 'Load the page again')
      await d.door(d.first, async () => {
        // Gone while waiting: nobody is there to be let in.
        if (socket.conn.readyState !== 'open') throw new AppError('unavailable', 'Gone')
        await authenticate(socket, token)
      })
    }
    work().then(
      () => next(),
      (error: unknown) => {
        const refusal = new Error('refused') as Error & { data: Failure }
        refusal.data = toFailure(error, d.log, 'connect')
        next(refusal)
      },
    )
  })
}

const tabOf = (socket: Socket): string => {
  const { tab } = socket.handshake.auth as { tab?: unknown }
  return isTab(tab) ? tab : randomUUID()
}

/**
 * A tab whose path went silent comes by another one long before we notice. What it leaves behind is cut once the new
 * one is used: of several that a tab tries at once, it says nothing on those that it lets go.
 */
function takeOver(socket: Socket, tab: string, sessionId: string): void {
  socket.once('request', () => {
    // In the order in which they came.
    const all = [...(socket.nsp.adapter.rooms.get(rooms.tab(tab)) ?? [])]
    for (const id of all.slice(0, all.indexOf(socket.id))) {
      const before = socket.nsp.sockets.get(id)
      const known = before?.data as VisitorContext | DeskContext | undefined
      // Another tab's socket that spoke for this one is still its own.
      if (known?.tab === tab && known.me.sessionId === sessionId) before?.disconnect(true)
    }
  })
}

function visitorCame(d: ConnectionDeps, socket: Socket, context: VisitorContext, bucket: Bucket): void {
  const { presence } = d
  const { me, tab } = context
  void socket.join([rooms.visitor(me.visitorId), rooms.tab(tab), rooms.session(me.sessionId)])
  takeOver(socket, tab, me.sessionId)
  const served = serve(socket, {
    ...{ table: visitorRequests, handlers: visitorHandlers },
    ...{ context, bucket, log: d.log },
  })
  const gone = (one: string): void => {
    if (!d.hub.tabIsHere(one)) d.tasks.run('connection', noteSocketGone(d, one))
  }
  const came = (one: string): void => d.tasks.run('connection', tellTeam(d, socket, one))
  speakForTabs(socket, { context, served, came, gone })
  keepClock(d, socket)
  presence.visitor(me.visitorId)
  d.tasks.run('connection', tellTeam(d, socket, tab))
  socket.on('disconnect', () => {
    gone(tab)
    presence.visitor(me.visitorId)
  })
}

function staffCame(d: ConnectionDeps, socket: Socket, context: DeskContext): void {
  const { presence } = d
  const { me, tab } = context
  void socket.join([rooms.person(me.personId), rooms.tab(tab), rooms.session(me.sessionId)])
  void socket.join(may(me.role, 'supervise') ? rooms.everyQueue : me.queues.map(rooms.queue))
  takeOver(socket, tab, me.sessionId)
  const bucket = createBucket(RATE)
  serve(socket, { table: deskRequests, handlers: deskHandlers, context, bucket, log: d.log })
  keepClock(d, socket)
  presence.person(me.personId)
  socket.on('disconnect', () => {
    if (!d.hub.tabIsHere(tab)) d.tasks.run('connection', noteSocketGone(d, tab))
    presence.person(me.personId)
  })
}

function guestCame(d: ConnectionDeps, socket: Socket, context: GuestContext, bucket: Bucket): void {
  const { me, tab } = context
  void socket.join([rooms.guests(me.conversationId), rooms.tab(tab)])
  serve(socket, { table: guestRequests, handlers: guestHandlers, context, bucket, log: d.log })
  keepClock(d, socket)
  socket.on('disconnect', () => {
    if (!d.hub.tabIsHere(tab)) d.tasks.run('connection', noteSocketGone(d, tab))
  })
}

function keepClock(d: ConnectionDeps, socket: Socket): void {
  const tell = () => socket.emit('push', 'clock', { now: d.now(), contract: CONTRACT_VERSION })
  tell()
  const timer = setInterval(tell, CLOCK_EVERY_MS)
  socket.on('disconnect', () => clearInterval(timer))
}

async function tellTeam(d: ConnectionDeps, socket: Socket, tab: string): Promise<void> {
  const { me } = socket.data as VisitorContext
  socket.emit('push', 'team', await d.teamFor(me), tab)
}
