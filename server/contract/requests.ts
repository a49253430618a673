/**
 * Every request over the socket: one table, from which handlers, the browser's `request()` and all types derive.
 * A visitor's socket (namespace `/visitor`) takes `visitorRequests`; a staff socket (`/desk`) takes `deskRequests`.
 * On the wire: `emit('request', name, input, ack)`, answered `{ ok: true, output }` or `{ ok: false, failure }`.
 */
import * as z from 'zod/mini'
import { verdicts } from '../access/access.ts'
import { Board } from './board.ts'
import { MAX_FILES } from './limits.ts'
import { About, ChosenStatus, Colleagues, Earlier, Inbox, InvitationCard, Offer, Standing } from './desk.ts'
import { Marks, Snapshot, WireEvent } from './events.ts'
import { Answers, FormPurpose } from './form.ts'
import { loopRequests } from './loop.ts'
import { call, one, shared } from './shared-requests.ts'
import { Outlook } from './waiting.ts'
import { CallMedia, Consent, Empty, Id, Locale, MAX_TEXT, Page, Seq, Source, text, Time } from './words.ts'

const invitation = { invitationId: Id }
const SeatName = z.string().check(z.regex(/^[a-z][a-z0-9]{0,15}$/))
const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent'), id: Id }),
  /** Null: everybody's. */
  z.object({ kind: z.literal('queue'), id: z.nullable(Id) }),
])
const given = { ...one, to: Target, note: text(1_000), anyway: z.optional(z.boolean()) }

const Resumed = z.discriminatedUnion('kind', [
  /** Nothing to show: the visitor has no open conversation. */
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('snapshot'), snapshot: Snapshot }),
  /** All that was missed after the seq named, in order; possibly nothing. */
  z.object({ kind: z.literal('events'), conversationId: Id, events: z.array(WireEvent), marks: Marks }),
])
export type Resumed = z.infer<typeof Resumed>

export const visitorRequests = {
  ...shared,
  /** Without `conversationId`: the visitor's open conversation, if any. `after`: the last seq already held. */
  resume: {
    input: z.object({ conversationId: z.optional(Id), after: z.optional(Seq) }),
    output: Resumed,
  },
  /** Null starts a conversation or reopens the last one. Same `clientId` again: the same answer, nothing doubled. */
  'message.send': {
    input: z.object({
      conversationId: z.nullable(Id),
      clientId: Id,
      text: text(MAX_TEXT),
      attachments: z.array(Id).check(z.maxLength(MAX_FILES)),
      page: z.optional(Page),
    }),
    output: z.object({ conversationId: Id, seq: Seq, at: Time }),
  },
  /** A call without a conversation starts one; the call is its first word. */
  'call.start': {
    input: z.object({ media: CallMedia, consent: Consent, page: z.optional(Page) }),
    output: z.object({ conversationId: Id, ...call }),
  },
  /** What the visitor is told before they are answered, and can do instead of waiting. */
  outlook: { input: Empty, output: Outlook },
  /** Answers in one of the site's forms. Null starts a conversation. The same `clientId` again: the same answer. */
  'form.send': {
    input: z.object({
      conversationId: z.nullable(Id),
      clientId: Id,
      purpose: FormPurpose,
      answers: Answers,
      page: z.optional(Page),
    }),
    output: z.object({ conversationId: Id, seq: Seq, at: Time }),
  },
  /** To be called back instead of waiting, at the same place: when the turn comes, and not before `at`. Again: another wish. */
  'callback.ask': {
    input: z.object({
      ...{ conversationId: z.nullable(Id), media: CallMedia, at: z.nullable(Time) },
      page: z.optional(Page),
    }),
    output: z.object(one),
  },
  /** The visitor waits here again. */
  'callback.withdraw': { input: z.object(one), output: Empty },
  /** A spoken message: a call with nobody at the other end, ended by `call.hangUp`. */
  'voicemail.start': {
    input: z.object({
      ...{ conversationId: z.nullable(Id), media: CallMedia, consent: Consent },
      page: z.optional(Page),
    }),
    output: z.object({ ...one, ...call }),
  },
  /** Where the visitor is now, and in which language; said again, it changes nothing. */
  page: { input: z.extend(Page, { locale: z.optional(Locale) }), output: Empty },
  /**
   * While the page has a form or page of that kind open nothing of the call is written: answered once that is so. `hold`
   * is a name of the page's own making; what is written begins again when it, and all others, are resumed.
   */
  'recording.pause': {
    input: z.object({ ...call, hold: Id, why: z.enum(['page', 'form']) }),
    output: Empty,
  },
  'recording.resume': { input: z.object({ ...call, hold: Id }), output: Empty },
  /**
   * What the visitor has agreed to before and not taken back: they need not be asked for it again. `ends`: were it taken back now,
   * the present call would end.
   */
  'consent.remembered': { input: Empty, output: z.object({ record: z.array(Source), ends: z.boolean() }) },
  /** Answered once nothing is recorded any more. The call goes on, or ends where its queue or site says so. */
  'consent.withdraw': { input: z.object(call), output: Empty },
  ...loopRequests,
  /** What may be recorded from now on, for media that the earlier consent did not name. */
  'call.consent': { input: z.object({ ...call, consent: Consent }), output: Empty },
  'conversation.end': { input: z.object(one), output: Empty },
}

export const deskRequests = {
  ...shared,
  ...loopRequests,
  resume: { input: z.object({ ...one, after: z.optional(Seq) }), output: Resumed },
  inbox: { input: Empty, output: Inbox },
  /** What the visitor had before this one, newest first; asked with the last of the answer, the page after. */
  'conversation.earlier': {
    input: z.object(one),
    output: z.object({ items: z.array(Earlier), more: z.boolean() }),
  },
  /** Whether the caller may hear it as it was: for what is not there to the letter the same as for what may not be heard. */
  'conversation.replay': { input: z.object(one), output: z.object({ verdict: z.enum(verdicts) }) },
  /** `reasonId`: of the configured reasons, for being away. Whoever is not available any more is offered nothing. */
  'status.set': {
    input: z.object({ status: ChosenStatus, reasonId: z.optional(Id) }),
    output: Standing,
  },
  /** A disposition is one that none stand under. Without either: nothing is to be said, where nothing is required. */
  'wrapUp.finish': {
    input: z.object({ ...one, dispositionId: z.nullable(Id), note: text(MAX_TEXT) }),
    output: Empty,
  },
  /** Once, where the queue allows it. */
  'wrapUp.extend': { input: z.object(one), output: z.object({ deadline: Time }) },
  /** A supervisor sets somebody else's. */
  'status.force': {
    input: z.object({ personId: Id, status: ChosenStatus, reasonId: z.optional(Id) }),
    output: Standing,
  },
  'offer.accept': { input: z.object({ offerId: Id }), output: z.object(one) },
  'offer.decline': { input: z.object({ offerId: Id }), output: Empty },
  offers: { input: Empty, output: z.object({ offers: z.array(Offer) }) },
  /** Take a waiting conversation that is not offered to someone else at this moment: `conflict` for the loser. */
  'conversation.take': { input: z.object(one), output: Empty },
  'message.send': {
    input: z.object({
      ...one,
      clientId: Id,
      text: text(MAX_TEXT),
      attachments: z.array(Id).check(z.maxLength(MAX_FILES)),
    }),
    output: z.object({ conversationId: Id, seq: Seq, at: Time }),
  },
  'note.add': {
    input: z.object({
      ...one,
      clientId: Id,
      text: text(MAX_TEXT, 1),
      /** Colleagues who are told of it, and see the conversation from now on. */
      mentions: z.optional(z.array(Id).check(z.maxLength(20))),
    }),
    output: z.object({ conversationId: Id, seq: Seq, at: Time }),
  },
  'visitor.about': { input: z.object(one), output: About },
  /** Whether this page is in view now, at each connection and change: who has none in view is told by push. */
  view: { input: z.object({ visible: z.boolean() }), output: Empty },
  /** One has looked at the conversation in which one was named. */
  'mention.seen': { input: z.object(one), output: Empty },
  /** Whom one may name in a note. */
  'mention.whom': {
    input: Empty,
    output: z.object({ people: z.array(z.object({ id: Id, name: z.string() })) }),
  },
  /** The state wished for, not a toggle; answered once the media node enforces it. */
  'call.hold': {
    input: z.object({ ...call, held: z.boolean() }),
    output: z.object({ held: z.boolean() }),
  },
  /** From the answer on nothing of the call is written, until it is resumed. */
  'recording.pause': { input: z.object(call), output: Empty },
  /** `all`: also what the visitor's page has paused and not resumed. */
  'recording.resume': { input: z.object({ ...call, all: z.boolean() }), output: Empty },
  /** `after`: what the agent has seen. Of what the visitor has said since, `conflict` tells by its detail. */
  'conversation.end': { input: z.object({ ...one, after: z.optional(Seq) }), output: Empty },
  /** Back to the front of the queue, for another agent. */
  'conversation.handOver': { input: z.object(one), output: Empty },
  /** To whom this conversation can be given. */
  colleagues: { input: z.object(one), output: Colleagues },
  /**
   * To a colleague, who is offered it, or into a queue, a running call along with it. `anyway`: also where the queue is closed or
   * nobody of it is at work. Asked again: the same.
   */
  'conversation.transfer': { input: z.object(given), output: Empty },
  /** Back to the one who transferred it, as long as nobody has taken it. */
  'conversation.transferUndo': { input: z.object(one), output: Empty },
  /** Supervisors: the floor as it is now. */
  board: { input: Empty, output: Board },
  /** Supervisors: into the call to listen, to be heard by the agent alone, or by all; hanging up leaves it. */
  'call.supervise': {
    input: z.object({ ...call, mode: z.enum(['listen', 'whisper', 'barge']) }),
    output: Empty,
  },
  /** Supervisors: theirs from now on, whoever has it. */
  'conversation.takeOver': { input: z.object(one), output: Empty },
  /** Supervisors: to somebody else, whoever has it. */
  'conversation.reassign': { input: z.object(given), output: Empty },
  /** Rings for a colleague: to consult while those from outside are on hold, or to take part in the call. */
  'call.invite': {
    input: z.object({ ...call, personId: Id, purpose: z.enum(['consult', 'join']), note: text(1_000) }),
    output: z.object(invitation),
  },
  /** Asks a queue (null: everybody's) to be consulted: rings for whoever of it is free, until somebody comes. */
  'call.consultQueue': {
    input: z.object({ ...call, queueId: z.nullable(Id), note: text(1_000) }),
    output: z.object(invitation),
  },
  /** A link for somebody from outside; it is not shown again. `id`: the browser's for it, so that asking again makes no second one. */
  'call.inviteGuest': {
    input: z.object({ ...call, name: text(80, 1), id: z.optional(Id) }),
    output: z.object({ ...invitation, url: z.string() }),
  },
  invitations: { input: Empty, output: z.object({ invitations: z.array(InvitationCard) }) },
  'invitation.answer': {
    input: z.object({ ...invitation, accept: z.boolean() }),
    output: z.object({ ...one, ...call }),
  },
  /** Taken back by whoever leads the call. */
  'invitation.withdraw': { input: z.object(invitation), output: Empty },
  /** All together: the consulted colleague comes before the visitor, who is off hold. */
  'call.merge': { input: z.object(call), output: Empty },
  /** The colleague in that seat goes on with it; the caller is out. */
  'call.complete': { input: z.object({ ...call, seat: SeatName }), output: Empty },
  /** Without the colleague, back to the visitor. */
  'call.cancelConsult': { input: z.object(call), output: Empty },
  /** Sends a colleague or a guest out. */
  'call.remove': { input: z.object({ ...call, seat: SeatName }), output: Empty },
}

/** A guest's socket (namespace `/guest`): one call, and its thread from their joining on. */
export const guestRequests = {
  beat: shared.beat,
  history: shared.history,
  'call.hangUp': shared['call.hangUp'],
  'media.open': shared['media.open'],
  'media.connect': shared['media.connect'],
  'media.restartIce': shared['media.restartIce'],
  'media.capabilities': shared['media.capabilities'],
  'media.produce': shared['media.produce'],
  'media.stop': shared['media.stop'],
  'media.mute': shared['media.mute'],
  'media.ready': shared['media.ready'],
  'media.leaving': shared['media.leaving'],
  resume: visitorRequests.resume,
  'message.send': {
    input: z.object({
      clientId: Id,
      text: text(MAX_TEXT),
      attachments: z._default(z.array(Id).check(z.maxLength(MAX_FILES)), []),
    }),
    output: z.object({ conversationId: Id, seq: Seq, at: Time }),
  },
}

export type GuestRequests = typeof guestRequests
export type VisitorRequests = typeof visitorRequests
export type DeskRequests = typeof deskRequests
type Table = Record<string, { input: z.ZodMiniType; output: z.ZodMiniType }>
export type RequestTable = Table
export type InputOf<T extends Table, N extends keyof T> = z.infer<T[N]['input']>
export type OutputOf<T extends Table, N extends keyof T> = z.infer<T[N]['output']>
