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
import { allPlaces, teamOf, type View, viewFloor } from '../waiting/outlook.service.ts'
import type { Told } from '../waiting/place.policy.ts'
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

export type WaitingTeller = {
  /** What the site's visitors were told last, or what they would be told now. */
  teamFor(siteId: string): Promise<Team>
  stop(): Promise<void>
}

export function tellWaiting(d: D): WaitingTeller {
  const places = new Map<string, ToldAt>()
  const teams = new Map<string, Team>()
  const ending = new AbortController()
  let running = Promise.resolve()
  let busy = false
  let again = false

  const pass = async (): Promise<void> => {
    busy = true
    while (again && !ending.signal.aborted) {
      again = false
      await look(d, places, teams).catch((err: unknown) => d.log.warn({ err }, 'waiting: will look again'))
      await delay(GATHER_MS, undefined, { signal: ending.signal }).catch(() => undefined)
    }
    busy = false
  }
  const kick = (): void => {
    again = true
    if (!busy) running = pass()
  }
  // All who come at once, as after a start, share one look.
  const asked = new Map<string, Promise<Team>>()
  let view: Promise<View> | null = null
  const ask = async (siteId: string): Promise<Team> => {
    view ??= viewFloor(d).finally(() => {
      view = null
    })
    const team = await teamOf(d.db, siteId, await view)
    // Whoever has looked meanwhile knows better.
    const latest = teams.get(siteId) ?? team
    teams.set(siteId, latest)
    return latest
  }
  const firstOf = (siteId: string): Promise<Team> => {
    const running = asked.get(siteId) ?? ask(siteId).finally(() => asked.delete(siteId))
    asked.set(siteId, running)
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
    async teamFor(siteId) {
      return teams.get(siteId) ?? (await firstOf(siteId))
    },
    async stop() {
      clearInterval(timer)
      for (const stop of stops) stop()
      ending.abort()
      await running
    },
  }
}

async function look(d: D, places: Map<string, ToldAt>, teams: Map<string, Team>): Promise<void> {
  const sites = sitesHere(d.hub)
  if (sites.size === 0) {
    places.clear()
    return teams.clear()
  }
  const view = await viewFloor(d)
  for (const [siteId, visitorIds] of sites) await tellTeam(d, { siteId, visitorIds, view }, teams)
  if (view.snapshot.contacts.length > 0) await tellPlaces(d, view, places)
  else places.clear()
}

/** Site → the visitors who have a socket here. */
function sitesHere({ visitors }: Hub): Map<string, Set<string>> {
  const sites = new Map<string, Set<string>>()
  for (const socket of visitors.sockets.values()) {
    const { me } = socket.data as Partial<VisitorContext>
    if (!me) continue
    const here = sites.get(me.siteId) ?? new Set()
    sites.set(me.siteId, here.add(me.visitorId))
  }
  return sites
}

async function tellTeam(
  { db, hub }: D,
  { siteId, visitorIds, view }: { siteId: string; visitorIds: Set<string>; view: View },
  teams: Map<string, Team>,
): Promise<void> {
  const team: Team = await teamOf(db, siteId, view)
  if (isDeepStrictEqual(teams.get(siteId), team)) return
  teams.set(siteId, team)
  for (const id of visitorIds) hub.toVisitor(id, 'team', team)
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
