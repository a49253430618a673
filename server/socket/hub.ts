/** Who is connected, by person, visitor and tab, and pushing to them. */
import type { Namespace, Server } from 'socket.io'
import type { DeskPushes, VisitorPushes } from '../contract/pushes.ts'

/** What is passed on to the browsers of another server. No rooms: all of them. */
export type HubWord =
  | { t: 'push'; to: Space; rooms: string[]; args: unknown[] }
  | { t: 'cut'; to: Space; room: string }
type Space = 'visitor' | 'desk' | 'guest'
/** The servers beside this one. */
type Beside = {
  send(word: HubWord): void
  has(key: string): boolean
  /** Somebody came, went, or looks. */
  changed(): void
}

/** Pushes go to whoever is connected to any server; who is only asked for `Here` is connected to this one. */
export type Hub = {
  visitors: Namespace
  desk: Namespace
  guests: Namespace
  toVisitor<N extends keyof VisitorPushes>(visitorId: string, name: N, payload: VisitorPushes[N]): void
  toVisitors<N extends keyof VisitorPushes>(name: N, payload: VisitorPushes[N]): void
  toPerson<N extends keyof DeskPushes>(personId: string, name: N, payload: DeskPushes[N]): void
  /** Staff whom a queue's waiting contacts concern; null is everybody's queue. */
  toQueue<N extends keyof DeskPushes>(queueId: string | null, name: N, payload: DeskPushes[N]): void
  /** Staff who have the conversation open; onlookers get its events by `followers.ts`. */
  toReaders<N extends keyof DeskPushes>(conversationId: string, name: N, payload: DeskPushes[N]): void
  toTab<N extends keyof VisitorPushes & keyof DeskPushes>(
    tab: string,
    name: N,
    payload: VisitorPushes[N],
  ): void
  /** Of what every server is told by the media node. */
  toTabHere: Hub['toTab']
  /** What only staff are told. */
  toDeskTab<N extends keyof DeskPushes>(tab: string, name: N, payload: DeskPushes[N]): void
  visitorOnline(visitorId: string): boolean
  visitorHere(visitorId: string): boolean
  personOnline(personId: string): boolean
  personHere(personId: string): boolean
  /** Whether a page of the desk is in view; one that has not said yet counts as such. */
  personLooks(personId: string): boolean
  tabIsHere(tab: string): boolean
  /** Ids of all staff and visitors who have a socket here. */
  everybody(): { people: string[]; visitors: string[] }
  /** Ends the connections of that room; whose browser may comes anew. */
  cut(to: Space, room: string): void
  /** Something may not have been told here: all browsers that are connected here come anew and ask. */
  allAnew(): void
  /** Rooms of people, visitors and tabs that have a socket here, and who of the people look. */
  keys(): string[]
  /** Somebody looks who did not, or no longer. */
  looked(): void
  /** From another server. */
  take(word: HubWord): void
}

export const rooms = {
  visitor: (id: string) => `visitor:${id}`,
  person: (id: string) => `person:${id}`,
  tab: (id: string) => `tab:${id}`,
  queue: (id: string) => `queue:${id}`,
  /** Staff who see every conversation. */
  everyQueue: 'queues',
  /** Never joined: known of other servers alone. */
  looks: (personId: string) => `looks:${personId}`,
  guests: (conversationId: string) => `guests:${conversationId}`,
  readers: (conversationId: string) => `conversation:${conversationId}`,
  /** Those who do as people who see every conversation, as far as rules of access let them. */
  onlookers: (conversationId: string) => `onlookers:${conversationId}`,
  session: (id: string) => `session:${id}`,
}

const inRoom = (namespace: Namespace, room: string): boolean =>
  (namespace.adapter.rooms.get(room)?.size ?? 0) > 0

/** Each once. A socket is known by its caller from the moment it is let in. */
function idsOf<Me>(namespace: Namespace, id: (me: Me) => string): string[] {
  const known = [...namespace.sockets.values()].flatMap((one) => (one.data as { me?: Me }).me ?? [])
  return [...new Set(known.map(id))]
}

export function createHub(io: Server, beside: Beside): Hub {
  const [visitors, desk, guests] = [io.of('/visitor'), io.of('/desk'), io.of('/guest')]
  const spaces = { visitor: visitors, desk, guest: guests }
  for (const space of Object.values(spaces))
    space.on('connection', (socket) => {
      beside.changed()
      socket.on('disconnect', beside.changed)
    })
  const take = (word: HubWord): void => {
    const space = spaces[word.to]
    if (word.t === 'cut') space.in(word.room).disconnectSockets(true)
    else (word.rooms.length > 0 ? space.to(word.rooms) : space).emit('push', ...word.args)
  }
  const tell = (word: HubWord): void => {
    take(word)
    beside.send(word)
  }
  const push = (to: Space, told: string[], ...args: unknown[]): void =>
    tell({ t: 'push', to, rooms: told, args })
  const toTabHere: Hub['toTab'] = (tab, name, payload) => {
    // Named, since one socket may speak for several tabs.
    for (const space of Object.values(spaces)) space.to(rooms.tab(tab)).emit('push', name, payload, tab)
  }
  const here = { visitor: (id: string) => inRoom(visitors, rooms.visitor(id)), ...deskOf(desk) }
  const tabHere = (tab: string): boolean => Object.values(spaces).some((one) => inRoom(one, rooms.tab(tab)))
  return {
    ...{ visitors, desk, guests, take, toTabHere, looked: beside.changed },
    toVisitor: (id, name, payload) => push('visitor', [rooms.visitor(id)], name, payload),
    toVisitors: (name, payload) => push('visitor', [], name, payload),
    toPerson: (id, name, payload) => push('desk', [rooms.person(id)], name, payload),
    toQueue: (id, name, payload) =>
      push('desk', id === null ? [] : [rooms.queue(id), rooms.everyQueue], name, payload),
    toReaders: (id, name, payload) =>
      push('desk', [rooms.readers(id), ...(name === 'events' ? [] : [rooms.onlookers(id)])], name, payload),
    toTab: (tab, name, payload) => {
      toTabHere(tab, name, payload)
      const room = rooms.tab(tab)
      if (!beside.has(room)) return
      for (const to of ['visitor', 'desk', 'guest'] as const)
        beside.send({ t: 'push', to, rooms: [room], args: [name, payload, tab] })
    },
    toDeskTab: (tab, name, payload) => push('desk', [rooms.tab(tab)], name, payload, tab),
    visitorOnline: (id) => here.visitor(id) || beside.has(rooms.visitor(id)),
    visitorHere: here.visitor,
    personOnline: (id) => here.person(id) || beside.has(rooms.person(id)),
    personHere: here.person,
    personLooks: (id) => here.looks(id) || beside.has(rooms.looks(id)),
    tabIsHere: (tab) => tabHere(tab) || beside.has(rooms.tab(tab)),
    everybody: () => ({
      people: idsOf<{ personId: string }>(desk, ({ personId }) => personId),
      visitors: idsOf<{ visitorId: string }>(visitors, ({ visitorId }) => visitorId),
    }),
    cut: (to, room) => tell({ t: 'cut', to, room }),
    allAnew: () => Object.values(spaces).forEach((one) => one.disconnectSockets(true)),
    keys: () => {
      const all = Object.values(spaces).flatMap((one) => [...one.adapter.rooms.keys()])
      const people = idsOf<{ personId: string }>(desk, ({ personId }) => personId)
      return [...all.filter((room) => TOLD.test(room)), ...people.filter(here.looks).map(rooms.looks)]
    },
  }
}

/** Rooms of which other servers know whether somebody is in them. */
const TOLD = /^(visitor|person|tab):/

function deskOf(desk: Namespace) {
  return {
    person: (id: string) => inRoom(desk, rooms.person(id)),
    looks: (id: string) =>
      [...(desk.adapter.rooms.get(rooms.person(id)) ?? [])].some((one) => {
        const socket = desk.sockets.get(one)
        return socket !== undefined && (socket.data as { looks?: boolean }).looks !== false
      }),
  }
}
