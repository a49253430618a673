/** Everything a signed-in agent has in hand: the connection, the list, the threads, what is about to end. */
import { atom, effect, type ReadableAtom } from 'nanostores'
import type { InvitationCard, Offer, Person } from '../../server/contract/desk.ts'
import type { Visitor } from '../../server/contract/events.ts'
import { createDrafts, type Drafts } from '../model/drafts.ts'
import { deskPort, type ThreadPort } from '../model/port.ts'
import { type Call, createCall } from '../call/controller.ts'
import { createDevices, type Devices } from '../media/devices.ts'
import { callWire } from '../media/wire.ts'
import { createThread, type Thread } from '../model/thread.ts'
import { sendUp } from '../wire/attachments.ts'
import { tryParts } from '../wire/part.ts'
import { connectWire } from '../wire/socket.ts'
import { browserStore, type Store } from '../wire/storage.ts'
import { underWay } from '../wire/under-way.ts'
import type { Wire } from '../wire/wire.ts'
import type { SupervisorMode } from '../../server/call/call.ts'
import { createStagings, type Stagings } from './conversation/stagings.ts'
import { createEndings } from './endings.ts'
import { createInbox, type Inbox } from './inbox/inbox.ts'
import { mentionedIn } from './mentions/colleagues.ts'
import { createMentions, type Mentions } from './mentions/mentions.ts'
import { tellInView } from './push/in-view.ts'
import { createPicturesWindow, type PicturesWindow } from './pictures/pictures-window.ts'
import { createPush, type DeskPush } from './push/push.ts'
import { createReplies, type Replies } from './replies/own-replies.ts'
import { createTeam, type Team } from './team/team.ts'
import { $preferences } from './preferences.ts'
import type { Session } from './session/desk-session.ts'
import { createRooms, type Rooms } from './rooms.ts'
import { inSight, watchSight } from './sight.ts'

/** One conversation in hand: its words and its call. */
export type Room = {
  conversationId: string
  thread: Thread
  call: Call
  /** The conversation is not there, or not for this agent. */
  $gone: ReadableAtom<boolean>
  /** Whose it is, once it was read as a whole: also where no list has it any more. */
  $visitor: ReadableAtom<Visitor | null>
}

export type Desk = {
  me: Person
  wire: Wire<'desk'>
  inbox: Inbox
  mentions: Mentions
  replies: Replies
  push: DeskPush
  drafts: Drafts
  /** Files that go with the next message, by conversation. */
  files: Stagings
  /** Conversations that end in a moment unless undone. */
  $ending: ReadableAtom<ReadonlySet<string>>
  devices: Devices
  /** Mine, and those looked at lately. */
  $rooms: ReadableAtom<readonly Room[]>
  /** Makes the room where there is none yet. */
  room(conversationId: string): Room
  /** Accepts the offer and, where it is for a call, joins it. Resolves to the conversation. */
  accept(offer: Offer): Promise<string>
  /** Accepts a colleague's invitation and joins the call. Resolves to the conversation. */
  comeIn(card: InvitationCard): Promise<string>
  /** Supervisors: into that call, in this part. */
  supervise(at: { conversationId: string; callId: string; mode: SupervisorMode }): Promise<void>
  team: Team
  pictures: PicturesWindow
  take(conversationId: string): Promise<void>
  handOver(conversationId: string): Promise<void>
  /** Ends it after `UNDO_MS`, sooner when the page is left. Returns the way to undo. `failed`: it did not end, or the visitor spoke. */
  end(conversationId: string, failed: (error: unknown) => void): () => void
  /** Ends now what is about to end. Resolves to whether all of it did; who ended it is told why not. */
  endNow(): Promise<boolean>
  close(): void
}

export function createDesk(session: Session, me: Person): Desk {
  const store = browserStore()
  const wire = connectWire({
    namespace: 'desk',
    token: (renew) => session.token(renew),
    onRefused: () => session.ended(),
  })
  const inbox = createInbox(wire, me.id)
  const team = createTeam(wire)
  const devices = createDevices({
    suppressor: async (...of) => (await import('../media/suppressor.ts')).suppressNoise(...of),
  })
  const mentions = createMentions(wire)
  const named = (text: string) => mentionedIn(text, mentions.$colleagues.get())
  const replies = createReplies(session, wire)
  const rooms = roomsOf({ wire, store, devices, me: me.id, named })
  const endings = createEndings(wire)
  const locale = () => $preferences.get().locale
  const pictures = createPicturesWindow()
  const joining = underWay<string>()
  const push = createPush({ session, me: me.id, store, locale })
  const askAnew = ({ conversationId }: { conversationId: string | null }) =>
    void (conversationId !== null && rooms.known(conversationId)?.thread.resume())
  const stops = [
    wire.on('signedOut', () => session.ended()),
    tellInView(wire),
    wire.onOnline(() => tryParts()),
    ...[push.close, pictures.close],
    // Whoever loses sight of a conversation is told nothing of it from then on, until it is theirs to see again.
    wire.on('outOfSight', askAnew),
    ...[wire.on('mentioned', askAnew), wire.on('replayNews', askAnew)],
    whenOffered(inbox, team, askAnew),
    effect([inbox.$mine, inbox.$waiting], (mine, waiting) => {
      for (const row of [...mine, ...waiting]) if (rooms.known(row.conversationId)?.$gone.get()) askAnew(row)
    }),
    // An offered call is prepared while it rings.
    inbox.$offers.subscribe((offers) => {
      for (const { kind, conversationId } of offers) if (kind !== 'chat') rooms.of(conversationId)
    }),
    inbox.$mine.subscribe((rows) => rooms.keep(rows.map((row) => row.conversationId))),
  ]
  return {
    ...{ me, wire, inbox, mentions, replies, team, push, pictures },
    drafts: createDrafts(store, `${me.id}.`),
    files: createStagings((file, signal) => sendUp(session, wire, '/api/desk/attachments', file, signal)),
    $ending: endings.$ending,
    devices,
    $rooms: rooms.$rooms,
    room: rooms.of,
    accept: (offer) =>
      joining(offer.offerId, async () => {
        const conversationId = await inbox.accept(offer.offerId)
        const room = rooms.of(conversationId)
        if (offer.task === 'callback') ringWhenMine(room, me.id)
        else if (offer.kind !== 'chat') joinWhenKnown(room.call)
        return conversationId
      }),
    comeIn: ({ invitationId }) =>
      joining(invitationId, async () => {
        const conversationId = await team.answer(invitationId, true)
        whenKnown(rooms.of(conversationId).call, (call) => call.mayJoin())
        return conversationId
      }),
    async supervise({ conversationId, callId, mode }) {
      await team.supervise(callId, mode)
      whenKnown(rooms.of(conversationId).call, () => true)
    },
    take: async (conversationId) => void (await wire.request('conversation.take', { conversationId })),
    handOver: async (conversationId) =>
      void (await wire.request('conversation.handOver', { conversationId })),
    end: (conversationId, failed) => endings.end(rooms.of(conversationId), failed),
    endNow: endings.flush,
    close() {
      for (const stop of stops) stop()
      endings.close()
      rooms.close()
      devices.dispose()
      inbox.close()
      mentions.close()
      replies.close()
      team.close()
      wire.close()
    },
  }
}

/** The offer's acceptance answered the call; its media begin as soon as the log tells of it here. */
function joinWhenKnown(call: Call): void {
  const stop = call.$call.subscribe((known) => {
    if (!known) return
    call.accept()
    queueMicrotask(() => stop())
  })
}

/** Who accepted a call-back rings the visitor, as soon as the log says that it is theirs. */
function ringWhenMine({ thread, call }: Room, me: string): void {
  const stop = thread.$view.subscribe(({ state }) => {
    const { phase, task } = state
    if (phase.name !== 'active' || phase.agentId !== me) return
    if (task?.kind === 'callback' && !state.call) call.ask(task.media)
    queueMicrotask(() => stop())
  })
}

/** Tells of each conversation that somebody wants to give to this agent, once. */
function whenOffered(inbox: Inbox, team: Team, tell: (one: Offer | InvitationCard) => void): () => void {
  let known: readonly unknown[] = []
  return effect([inbox.$offers, team.$invitations], (offers, cards) => {
    const all = [...offers, ...cards]
    for (const one of all) if (!known.includes(one)) tell(one)
    known = all
  })
}

/** Sits down in a running call as soon as the log tells of it here, and of one's place in it. */
function whenKnown(call: Call, ready: (call: Call) => boolean): void {
  const stop = call.$call.subscribe((known) => {
    if (known?.phase !== 'connected' || !ready(call)) return
    queueMicrotask(() => {
      stop()
      call.bringHere()
    })
  })
}

/** Tells whose the conversation is when it is read as a whole. */
const telling = (port: ThreadPort, tell: (visitor: Visitor) => void): ThreadPort => ({
  ...port,
  async resume(input) {
    const answer = await port.resume(input)
    if (answer.kind === 'snapshot' && answer.snapshot.visitor) tell(answer.snapshot.visitor)
    return answer
  },
})

type RoomParts = {
  wire: Wire<'desk'>
  store: Store
  devices: Devices
  me: string
  /** Whom a note names. */
  named: (text: string) => string[]
}

/** What opens a conversation here, and shuts it. */
function roomsOf({ wire, store, devices, me, named }: RoomParts): Rooms<Room> {
  const open = (conversationId: string): Room => {
    const scope = `${me}.${conversationId}`
    const $gone = atom(false)
    const $visitor = atom<Visitor | null>(null)
    const whole = telling(deskPort(wire, named), (visitor) => $visitor.set(visitor))
    const port = watchSight(whole, (gone) => $gone.set(gone))
    const thread = createThread({ port, audience: 'agent', conversationId, store, scope })
    const asAgent = { side: 'agent', desk: { me, wire }, devices, consent: 'optional' } as const
    const seen = { $view: inSight(thread.$view, $gone), adopt: thread.adopt }
    const call = createCall({ wire: callWire(wire), thread: seen, ...asAgent })
    return { conversationId, thread, call, $gone, $visitor }
  }
  return createRooms(open, {
    // As a supervisor's is, who listens and looks at others meanwhile.
    busy: ({ call }) => call.$media.get() !== null,
    shut({ thread, call }) {
      call.close()
      thread.close()
    },
  })
}
