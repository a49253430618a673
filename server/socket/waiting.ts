/** Tells visitors where they stand and whether somebody is there, when that changes and when a wait turns out otherwise. */
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Bus } from '../bus.ts'
import type { Config } from '../config.ts'
import type { Place, Team } from '../contract/waiting.ts'
import type { EventType } from '../conversation/conversation.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../storage/database.ts'
import { noteTold, ownersOf } from '../waiting/contact.store.ts'
import { allPlaces, type Look, lookAt, teamOf, type View, viewFloor } from '../waiting/outlook.service.ts'
import { queuesNow } from '../waiting/outlook.store.ts'
import type { Told } from '../waiting/place.policy.ts'
import { shareLooks } from '../waiting/shared-look.ts'
import type { VisitorContext } from './context.ts'
import type { Hub } from './hub.ts'

type D = { db: Database; bus: Bus; hub: Hub; config: Config; log: Logger }

/** Changes of one moment are told together. */
const GATHER_MS = 500
/** Hours open, rings widen and waits drag on though nothing happens. */
const LOOK_MS = 5_000
/** By how much a wait may differ from what was told and has run down since, before it is told anew. */
const OFF_MS = 20_000
const OFF_SHARE = 0.25

const moves: ReadonlySet<EventType> = new Set<EventType>([
  ...(['queued', 'offered', 'assigned', 'ended', 'callAsked', 'callEnded', 'deferred'] as const),
  ...(['callbackAsked', 'callbackTried', 'taskDropped', 'voicemailLeft'] as const),
])

type ToldAt = Place & { at: number }
type Who = { visitorId: string; siteId: string }
/** By queue, null being everybody's, what is told of it; by visitor, what they were told last. */
type Teams = { of: Map<string | null, Team>; told: Map<string, Team> }

export type WaitingTeller = {
  /** What visitors of the same queue were told last, or what they would be told now. */
  teamFor(who: Who): Promise<Team>
  /** At the floor, for those who ask where they stand. */
  look(): Promise<Look>
  stop(): Promise<void>
}

export function tellWaiting(d: D): WaitingTeller {
  const places = new Map<string, ToldAt>()
  const teams: Teams = { of: new Map(), told: new Map() }
  let queueOf = queuesNow(d.db)
  const ending = new AbortController()
  let running = Promise.resolve()
  let busy = false
  let again = false

  const pass = async (): Promise<void> => {
    busy = true
    while (again && !ending.signal.aborted) {
      again = false
      // Who comes between two looks is told by what the last one has read.
      queueOf = queuesNow(d.db)
      await look(d, { places, teams, queueOf }).catch((err: unknown) =>
        d.log.warn({ err }, 'waiting: will look again'),
      )
      await delay(GATHER_MS, undefined, { signal: ending.signal }).catch(() => undefined)
    }
    busy = false
  }
  const kick = (): void => {
    again = true
    if (!busy) running = pass()
  }
  // All who come at once, as after a start, share one look.
  const asked = new Map<string | null, Promise<Team>>()
  let view: Promise<View> | null = null
  const ask = async (queueId: string | null): Promise<Team> => {
    view ??= viewFloor(d).finally(() => {
      view = null
    })
    const team = await teamOf(d.db, queueId, await view)
    // Whoever has looked meanwhile knows better.
    const latest = teams.of.get(queueId) ?? team
    teams.of.set(queueId, latest)
    return latest
  }
  const firstOf = (queueId: string | null): Promise<Team> => {
    const running = asked.get(queueId) ?? ask(queueId).finally(() => asked.delete(queueId))
    asked.set(queueId, running)
    return running
  }
  const timer = setInterval(kick, LOOK_MS)
  const stops = [
    d.bus.everywhere('appended', ({ events }) => {
      if (events.some(({ type }) => moves.has(type))) kick()
    }),
    d.bus.on('status', kick),
    d.bus.everywhere('configured', kick),
  ]
  return {
    async teamFor(who) {
      const queueId = await queueOf(who)
      const team = teams.of.get(queueId) ?? (await firstOf(queueId))
      // A further tab of theirs: the next look tells all of them what is new.
      if (!teams.told.has(who.visitorId)) teams.told.set(who.visitorId, team)
      return team
    },
    look: shareLooks(() => lookAt(d), ending.signal),
    async stop() {
      clearInterval(timer)
      for (const stop of stops) stop()
      ending.abort()
      await running
    },
  }
}

type Known = { places: Map<string, ToldAt>; teams: Teams; queueOf: ReturnType<typeof queuesNow> }

async function look(d: D, { places, teams, queueOf }: Known): Promise<void> {
  const here = visitorsHere(d.hub)
  if (here.size === 0) {
    for (const known of [places, teams.of, teams.told]) known.clear()
    return
  }
  const view = await viewFloor(d)
  const standing = new Map<string | null, string[]>()
  for (const who of here.values()) {
    const queueId = await queueOf(who)
    const beside = standing.get(queueId) ?? []
    standing.set(queueId, beside)
    beside.push(who.visitorId)
  }
  for (const [queueId, visitorIds] of standing) await tellTeam(d, { queueId, visitorIds, view }, teams)
  for (const queueId of teams.of.keys()) if (!standing.has(queueId)) teams.of.delete(queueId)
  for (const id of teams.told.keys()) if (!here.has(id)) teams.told.delete(id)
  if (view.snapshot.contacts.length > 0) await tellPlaces(d, view, places)
  else places.clear()
}

/** The visitors who have a socket here, by their id. */
function visitorsHere({ visitors }: Hub): Map<string, Who> {
  const here = new Map<string, Who>()
  for (const socket of visitors.sockets.values()) {
    const { me } = socket.data as Partial<VisitorContext>
    if (me) here.set(me.visitorId, me)
  }
  return here
}

async function tellTeam(
  { db, hub }: D,
  { queueId, visitorIds, view }: { queueId: string | null; visitorIds: string[]; view: View },
  { of, told }: Teams,
): Promise<void> {
  const [known, now] = [of.get(queueId), await teamOf(db, queueId, view)]
  // The same object, so that holding it against what each was told costs nothing.
  const team = known && isDeepStrictEqual(known, now) ? known : now
  of.set(queueId, team)
  for (const id of visitorIds) {
    if (isDeepStrictEqual(told.get(id), team)) continue
    told.set(id, team)
    hub.toVisitor(id, 'team', team)
  }
}

async function tellPlaces(d: D, view: View, places: Map<string, ToldAt>): Promise<void> {
  const now = await allPlaces(d, view)
  const owners = await ownersOf(d.db, [...now.keys()])
  for (const id of places.keys()) if (!now.has(id)) places.delete(id)
  const first: Parameters<typeof noteTold>[1][number][] = []
  for (const [conversationId, told] of now) {
    const visitorId = owners.get(conversationId)
    if (visitorId === undefined || !d.hub.visitorHere(visitorId)) continue
    const before = places.get(conversationId)
    if (before && !isNews(before, told, view.now)) continue
    const { position, waitMs, toldMs } = told
    places.set(conversationId, { position, waitMs, at: view.now })
    d.hub.toVisitor(visitorId, 'waiting', { conversationId, position, waitMs })
    if (!before) first.push({ conversationId, position, ms: toldMs })
  }
  await noteTold(d.db, first)
}

function isNews(before: ToldAt, { position, waitMs }: Told, now: number): boolean {
  if (position !== before.position || (waitMs === null) !== (before.waitMs === null)) return true
  if (waitMs === null || before.waitMs === null) return false
  const expected = Math.max(0, before.waitMs.to - (now - before.at))
  return Math.abs(waitMs.to - expected) > Math.max(OFF_MS, expected * OFF_SHARE)
}
