/** Commits become pushes. Each audience gets its own numbering; nothing here is ever the only trace of a change. */
import type { Announcements, Bus, Passed } from '../bus.ts'
import { toWire } from '../conversation/conversation.store.ts'
import { marksOf } from '../conversation/read.service.ts'
import { queuesOf } from '../routing/membership.store.ts'
import type { Database } from '../storage/database.ts'
import type { Tasks } from '../tasks.ts'
import { type Hub, rooms } from './hub.ts'
import { createFollowers } from './followers.ts'
import { createInboxRows, holder, seated, waits } from './inbox-rows.ts'
import { createQueueLines } from './queue-lines.ts'
import { sits, toGuest } from '../guest/guest.service.ts'
import type { DeskContext, GuestContext } from './context.ts'

type D = { db: Database; bus: Bus; hub: Hub; tasks: Tasks }

export function announceOver(d: D): void {
  const lines = createQueueLines(d)
  const tellRow = createInboxRows(d, lines.changed)
  const follow = createFollowers(d)
  d.bus.on('appended', (appended) => {
    tellEvents(d, appended)
    tellGone(d, appended)
    lines.appended(appended)
    if (!waits(appended.after) || seated(appended.after).length > 0) tellRow(appended.conversationId)
  })
  d.bus.everywhere('appended', (appended) => {
    tellGuests(d, appended)
    follow(appended)
  })
  d.bus.everywhere('configured', ({ kinds }) => {
    if (kinds.includes('queue') || kinds.includes('profile')) d.tasks.run('queues', regroup(d))
  })
  // Sockets hold the rights that they came with: they come anew with those of the new role.
  d.bus.on('roleChanged', ({ personId }) => d.hub.cut('desk', rooms.person(personId)))
  d.bus.on('marks', (marked) => {
    d.tasks.run('marks', tellMarks(d, marked))
    tellRow(marked.conversationId)
  })
  d.bus.on('offered', ({ personId, offer }) => d.hub.toPerson(personId, 'offer', offer))
  d.bus.on('offerGone', ({ personId, offerId, why }) =>
    d.hub.toPerson(personId, 'offerGone', { offerId, why }),
  )
  d.bus.on('status', ({ personId, ...standing }) => d.hub.toPerson(personId, 'status', standing))
  d.bus.on('mentioned', ({ personId, mention }) => d.hub.toPerson(personId, 'mentioned', mention))
  d.bus.on('reviewed', ({ personId, ...review }) => d.hub.toPerson(personId, 'reviewed', review))
  d.bus.on('replayAsked', ({ deciders, by }) => {
    for (const id of deciders) d.hub.toPerson(id, 'replayNews', { what: 'asked', by, conversationId: null })
  })
  d.bus.on('replayDecided', ({ personId, by, conversationId, granted }) =>
    d.hub.toPerson(personId, 'replayNews', { what: granted ? 'granted' : 'refused', by, conversationId }),
  )
  d.bus.on('mentionsSeen', ({ personId, conversationId }) =>
    d.hub.toPerson(personId, 'mentionsSeen', { conversationId }),
  )
  d.bus.on('wrapUp', ({ personId, wrapUp }) => d.hub.toPerson(personId, 'wrapUp', wrapUp))
  d.bus.on('wrapUpGone', ({ personId, ...gone }) => d.hub.toPerson(personId, 'wrapUpGone', gone))
  d.bus.on('invited', ({ personId, card }) => d.hub.toPerson(personId, 'invitation', card))
  d.bus.on('invitationGone', ({ personId, ...gone }) => d.hub.toPerson(personId, 'invitationGone', gone))
  d.bus.on('seatTaken', ({ callId, holder, why }) =>
    d.hub.toTab(holder, 'media.closed', { callId, why: why ?? 'taken' }),
  )
}

function tellEvents({ hub }: D, { conversationId, visitorId, events }: Announcements['appended']): void {
  const visible = events.filter((event) => event.visitorSeq !== null).map((event) => toWire(event, 'visitor'))
  if (visible.length > 0) hub.toVisitor(visitorId, 'events', { conversationId, events: visible })
  hub.toReaders(conversationId, 'events', {
    conversationId,
    events: events.map((event) => toWire(event, 'staff')),
  })
}

/** Each in their own numbers, up to the event by which they leave. */
function tellGuests({ hub }: D, { conversationId, events, before, after }: Passed['appended']): void {
  for (const id of hub.guests.adapter.rooms.get(rooms.guests(conversationId)) ?? []) {
    const socket = hub.guests.sockets.get(id)
    const { me } = (socket?.data ?? {}) as Partial<GuestContext>
    if (!socket || !me || !(sits(before, me) || sits(after, me))) continue
    const told = events.flatMap((one) => toGuest(one, me) ?? [])
    if (told.length > 0) socket.emit('push', 'events', { conversationId, events: told })
  }
}

/** Whose queues are others now connects anew: rights, rooms and list are those of the new queues from the first moment. */
async function regroup({ db, hub }: D): Promise<void> {
  for (const socket of hub.desk.sockets.values()) {
    const { me } = socket.data as DeskContext
    const queues = await queuesOf(db, me.personId)
    if (queues.join() !== me.queues.join()) socket.disconnect(true)
  }
}

/** Who had it in the list as theirs and has it no more. Whoever has it now gets its row. */
function tellGone({ hub }: D, { conversationId, before, after }: Announcements['appended']): void {
  const gone = { conversationId, version: after.seq, ended: after.phase.name === 'ended' }
  const was = holder(before)
  if (was && was !== holder(after) && !waits(after)) hub.toPerson(was, 'inboxGone', gone)
  if (before.call === after.call) return
  const still = [...seated(after), holder(after)]
  for (const personId of seated(before))
    if (!still.includes(personId) && !waits(after)) hub.toPerson(personId, 'inboxGone', gone)
}

async function tellMarks(
  { db, hub }: D,
  { conversationId, visitorId }: Announcements['marks'],
): Promise<void> {
  const { visitor, staff } = await marksOf(db, conversationId)
  hub.toVisitor(visitorId, 'marks', { conversationId, marks: visitor })
  hub.toReaders(conversationId, 'marks', { conversationId, marks: staff })
}
