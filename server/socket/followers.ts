/** Staff who have a conversation open and hear of it as it goes on, for as long as it is theirs to see. */
import type { Socket } from 'socket.io'
import { mayHear } from '../access/access.service.ts'
import type { Passed } from '../bus.ts'
import { maySee, needsAccess } from '../conversation/conversation.policy.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { toWire } from '../conversation/conversation.store.ts'
import { may } from '../permission/permission.ts'
import type { Database } from '../storage/database.ts'
import type { Tasks } from '../tasks.ts'
import type { DeskContext } from './context.ts'
import { type Hub, rooms } from './hub.ts'

type D = { db: Database; hub: Hub; tasks: Tasks }
type Me = DeskContext['me']
type Follower = { socket: Socket; me: Me }

const roomFor = (me: Me) => (may(me.role, 'seeAll') ? rooms.onlookers : rooms.readers)

/** What a socket's context has of it. */
export const following = (socket: Socket, me: Me): Pick<DeskContext, 'follow' | 'unfollow'> => ({
  follow: (id) => void socket.join(roomFor(me)(id)),
  unfollow: (id) => void socket.leave(roomFor(me)(id)),
})

/** The page is told, or it would stand there as it was, with a call that seems to run for ever. */
function drop({ socket, me }: Follower, conversationId: string): void {
  following(socket, me).unfollow(conversationId)
  socket.emit('push', 'outOfSight', { conversationId })
}

function inRoom({ hub }: D, room: string): Follower[] {
  return [...(hub.desk.adapter.rooms.get(room) ?? [])].flatMap((id) => {
    const socket = hub.desk.sockets.get(id)
    const { me } = (socket?.data ?? {}) as Partial<DeskContext>
    return socket && me ? [{ socket, me }] : []
  })
}

/** What follows for the sockets here from what was committed anywhere. */
export function createFollowers(d: D): (appended: Passed['appended']) => void {
  const dropReaders = createDropper(d)
  return (appended) => {
    for (const one of inRoom(d, rooms.onlookers(appended.conversationId)))
      d.tasks.run('onlookers', tellOnlooker(d, one, appended))
    dropReaders(appended)
  }
}

/**
 * Where only rules let them see it these are asked before each event, since that may be the one by which it is theirs no more. Who
 * saw it as the floor, or as theirs, is still told how that ended.
 */
async function tellOnlooker(
  { db }: D,
  one: Follower,
  { conversationId, events, before, after }: Passed['appended'],
): Promise<void> {
  const { socket, me } = one
  const tell = () => {
    const told = events.map((event) => toWire(event, 'staff'))
    socket.emit('push', 'events', { conversationId, events: told })
  }
  const asked = needsAccess(before, me)
  if (!asked) tell()
  if (!needsAccess(after, me)) return asked ? tell() : undefined
  try {
    if ((await mayHear(db, me, conversationId)) !== 'yes') drop(one, conversationId)
    else if (asked) tell()
  } catch (error) {
    // Not known, it must neither be told nor missed: the browser comes anew and asks.
    socket.disconnect(true)
    throw error
  }
}

/**
 * Agents who may no longer see it stop hearing of it. Judged by what is so after all that one transaction has written: whoever
 * leaves one place in it to take another never lost sight.
 */
function createDropper(d: D): (appended: Passed['appended']) => void {
  const latest = new Map<string, ConversationState>()
  const judge = (conversationId: string): void => {
    const after = latest.get(conversationId)
    latest.delete(conversationId)
    for (const one of inRoom(d, rooms.readers(conversationId)))
      if (after && !maySee(after, one.me)) drop(one, conversationId)
  }
  return ({ conversationId, before, after }) => {
    const same = before.phase === after.phase && before.call === after.call
    if (same && before.finishing === after.finishing) return
    // A transaction's announcements are all made in one go.
    if (!latest.has(conversationId)) queueMicrotask(() => judge(conversationId))
    latest.set(conversationId, after)
  }
}
