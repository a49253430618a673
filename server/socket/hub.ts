/** Who is connected, by person, visitor and tab, and pushing to them. */
import type { Namespace, Server } from 'socket.io'
import type { DeskPushes, VisitorPushes } from '../contract/pushes.ts'

export type Hub = {
  visitors: Namespace
  desk: Namespace
  guests: Namespace
  toVisitor<N extends keyof VisitorPushes>(visitorId: string, name: N, payload: VisitorPushes[N]): void
  toVisitors<N extends keyof VisitorPushes>(name: N, payload: VisitorPushes[N]): void
  toPerson<N extends keyof DeskPushes>(personId: string, name: N, payload: DeskPushes[N]): void
  /** Staff whom a queue's waiting contacts concern; null is everybody's queue. */
  toQueue<N extends keyof DeskPushes>(queueId: string | null, name: N, payload: DeskPushes[N]): void
  /** Staff who have the conversation open. */
  toReaders<N extends keyof DeskPushes>(conversationId: string, name: N, payload: DeskPushes[N]): void
  toTab<N extends keyof VisitorPushes & keyof DeskPushes>(
    tab: string,
    name: N,
    payload: VisitorPushes[N],
  ): void
  /** What only staff are told. */
  toDeskTab<N extends keyof DeskPushes>(tab: string, name: N, payload: DeskPushes[N]): void
  visitorOnline(visitorId: string): boolean
  personOnline(personId: string): boolean
  /** Whether a page of the desk is in view; one that has not said yet counts as such. */
  personLooks(personId: string): boolean
  tabIsHere(tab: string): boolean
  /** Ids of all staff and visitors who have a socket here. */
  everybody(): { people: string[]; visitors: string[] }
}

export const rooms = {
  visitor: (id: string) => `visitor:${id}`,
  person: (id: string) => `person:${id}`,
  tab: (id: string) => `tab:${id}`,
  queue: (id: string) => `queue:${id}`,
  /** Staff who see every conversation. */
  everyQueue: 'queues',
  guests: (conversationId: string) => `guests:${conversationId}`,
  readers: (conversationId: string) => `conversation:${conversationId}`,
  session: (id: string) => `session:${id}`,
}

const inRoom = (namespace: Namespace, room: string): boolean =>
  (namespace.adapter.rooms.get(room)?.size ?? 0) > 0

/** Each once. A socket is known by its caller from the moment it is let in. */
function idsOf<Me>(namespace: Namespace, id: (me: Me) => string): string[] {
  const known = [...namespace.sockets.values()].flatMap((one) => (one.data as { me?: Me }).me ?? [])
  return [...new Set(known.map(id))]
}

export function createHub(io: Server): Hub {
  const visitors = io.of('/visitor')
  const desk = io.of('/desk')
  const guests = io.of('/guest')
  return {
    visitors,
    desk,
    guests,
    toVisitor: (id, name, payload) => visitors.to(rooms.visitor(id)).emit('push', name, payload),
    toVisitors: (name, payload) => visitors.emit('push', name, payload),
    toPerson: (id, name, payload) => desk.to(rooms.person(id)).emit('push', name, payload),
    toQueue: (id, name, payload) => {
      const told = id === null ? desk : desk.to([rooms.queue(id), rooms.everyQueue])
      told.emit('push', name, payload)
    },
    toReaders: (id, name, payload) => desk.to(rooms.readers(id)).emit('push', name, payload),
    toTab: (tab, name, payload) => {
      // Named, since one socket may speak for several tabs.
      for (const namespace of [visitors, desk, guests])
        namespace.to(rooms.tab(tab)).emit('push', name, payload, tab)
    },
    toDeskTab: (tab, name, payload) => desk.to(rooms.tab(tab)).emit('push', name, payload, tab),
    visitorOnline: (id) => inRoom(visitors, rooms.visitor(id)),
    personOnline: (id) => inRoom(desk, rooms.person(id)),
    personLooks: (id) => {
      const here = desk.adapter.rooms.get(rooms.person(id)) ?? []
      return [...here].some((one) => {
        const socket = desk.sockets.get(one)
        return socket !== undefined && (socket.data as { looks?: boolean }).looks !== false
      })
    },
    tabIsHere: (tab) =>
      inRoom(visitors, rooms.tab(tab)) || inRoom(desk, rooms.tab(tab)) || inRoom(guests, rooms.tab(tab)),
    everybody: () => ({
      people: idsOf<{ personId: string }>(desk, ({ personId }) => personId),
      visitors: idsOf<{ visitorId: string }>(visitors, ({ visitorId }) => visitorId),
    }),
  }
}
