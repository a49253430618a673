import { handOver } from '../agent/presence.service.ts'
import { chooseStatus, forceStatus } from '../agent/status.service.ts'
import { extendWrapUp, finishWrapUp } from '../wrap-up/wrap-up.service.ts'
import { askForCall } from '../call/call.service.ts'
import { setHeld } from '../call/hold.service.ts'
import { applyCall } from '../call/media.service.ts'
import { pauseRecording, resumeRecording } from '../pause/pause.service.ts'
import { AppError } from '../contract/errors.ts'
import type { DeskRequests, Resumed } from '../contract/requests.ts'
import { addNote, endConversation, sendFromAgent } from '../conversation/conversation.service.ts'
import { mayHear } from '../access/access.service.ts'
import { earlierConversations } from '../conversation/earlier.service.ts'
import { inbox } from '../conversation/inbox.service.ts'
import { resume, seenConversation } from '../conversation/read.service.ts'
import { openOffersOf } from '../routing/offer.store.ts'
import { colleaguesToName, seeMentions } from '../mention/mention.service.ts'
import { may } from '../permission/permission.ts'
import { acceptOffer, declineOffer, takeConversation } from '../routing/routing.service.ts'
import { colleagues } from '../transfer/colleagues.service.ts'
import { transfer, undoTransfer } from '../transfer/transfer.service.ts'
import { answerInvitation, inviteColleague, withdrawInvitation } from '../invitation/invitation.service.ts'
import { invitationsOf } from '../invitation/invitation.store.ts'
import { consultQueue } from '../invitation/queue-consult.service.ts'
import { cancelConsult, completeConsult, mergeConsult, removeFromCall } from '../call/consult.service.ts'
import { supervise } from '../call/supervise.service.ts'
import { reassign, takeOver } from '../transfer/supervisor.service.ts'
import { aboutVisitor } from '../visitor/about.service.ts'
import { board } from '../board/board.service.ts'
import { inviteGuest } from '../guest/guest.invite.service.ts'
import type { DeskContext } from './context.ts'
import type { Handlers } from './serve.ts'
import type { Tester } from '../loop/loop.service.ts'
import { loopHandlers } from './loop.handlers.ts'
import { enforced, sharedHandlers } from './shared.handlers.ts'

const done = async (work: Promise<unknown>): Promise<Record<string, never>> => {
  await work
  return {}
}

/** Who only reads and replays takes no conversations and writes nothing. */
const assertServes = ({ me }: DeskContext): void => {
  if (!may(me.role, 'serve')) throw new AppError('notAllowed', 'Your role takes no conversations')
}

/** Who takes calls tests the way to them. */
function tester({ me }: DeskContext): Tester {
  if (!may(me.role, 'serve')) throw new AppError('notAllowed', 'Your role takes no calls')
  return { kind: 'staff', id: me.personId }
}

export const deskHandlers: Handlers<DeskRequests, DeskContext> = {
  ...sharedHandlers,
  ...loopHandlers(tester),
  resume: (context, input) => resumeAndFollow(context, input),
  inbox: ({ d, me }) => inbox(d.db, me, d.hub.visitorOnline),
  'conversation.earlier': ({ d, me }, input) => earlierConversations(d.db, me, input),
  'conversation.replay': async ({ d, me }, { conversationId }) => ({
    verdict: await mayHear(d.db, me, conversationId),
  }),
  'status.set': (context, choice) => {
    assertServes(context)
    return chooseStatus(context.d, context.me, choice)
  },
  'visitor.about': ({ d, me }, input) => aboutVisitor(d, me, input),
  view: async (context, { visible }) => {
    context.looks = visible
    context.d.hub.looked()
    return {}
  },
  'mention.seen': ({ d, me }, input) => done(seeMentions(d, me, input)),
  'mention.whom': async ({ d, me }) => ({ people: await colleaguesToName(d, me) }),
  'wrapUp.finish': ({ d, me }, input) => done(finishWrapUp(d, me, input)),
  'wrapUp.extend': ({ d, me }, input) => extendWrapUp(d, me, input),
  'status.force': ({ d, me }, choice) => forceStatus(d, me, choice),
  offers: async ({ d, me }) => ({ offers: await openOffersOf(d.db, me.personId) }),
  'offer.accept': ({ d, me }, { offerId }) => acceptOffer(d, me, offerId),
  'offer.decline': ({ d, me }, { offerId }) => done(declineOffer(d, me, offerId)),
  'conversation.take': (context, { conversationId }) => {
    assertServes(context)
    return done(takeConversation(context.d, context.me, conversationId))
  },
  'message.send': ({ d, me }, input) => sendFromAgent(d, me, input),
  'note.add': (context, input) => {
    assertServes(context)
    return addNote(context.d, context.me, input)
  },
  'conversation.end': ({ d, me }, { conversationId, after }) =>
    done(endConversation(d, me, conversationId, after)),
  'conversation.handOver': ({ d, me }, { conversationId }) => done(handOver(d, me, conversationId)),
  colleagues: ({ d, me }, input) => colleagues(d, me, input),
  'conversation.transfer': ({ d, me }, input) => done(transfer(d, me, input)),
  'conversation.transferUndo': ({ d, me }, { conversationId }) => done(undoTransfer(d, me, conversationId)),
  board: ({ d, me }) => board(d, me),
  'call.supervise': ({ d, me }, input) => enforced(d, input.callId, supervise(d, me, input)),
  'conversation.takeOver': ({ d, me }, { conversationId }) => done(takeOver(d, me, conversationId)),
  'conversation.reassign': ({ d, me }, input) => done(reassign(d, me, input)),
  'call.invite': ({ d, me }, input) => inviteColleague(d, me, input),
  'call.consultQueue': ({ d, me }, input) => consultQueue(d, me, input),
  'call.inviteGuest': ({ d, me }, input) => inviteGuest(d, me, input),
  invitations: async ({ d, me }) => ({ invitations: await invitationsOf(d.db, me.personId) }),
  'invitation.answer': ({ d, me }, input) => answerInvitation(d, me, input),
  'invitation.withdraw': ({ d, me }, { invitationId }) => done(withdrawInvitation(d, me, invitationId)),
  'call.merge': ({ d, me }, { callId }) => enforced(d, callId, mergeConsult(d, me, callId)),
  'call.complete': ({ d, me }, input) => enforced(d, input.callId, completeConsult(d, me, input)),
  'call.cancelConsult': ({ d, me }, { callId }) => enforced(d, callId, cancelConsult(d, me, callId)),
  'call.remove': ({ d, me }, input) => enforced(d, input.callId, removeFromCall(d, me, input)),
  'call.ask': ({ d, me }, input) => askForCall(d, me, input),
  'recording.pause': ({ d, me }, input) => enforced(d, input.callId, pauseRecording(d, me, input)),
  'recording.resume': ({ d, me }, input) => enforced(d, input.callId, resumeRecording(d, me, input)),
  'call.hold': async ({ d, me }, input) => {
    await setHeld(d, me, input)
    // The answer is the media node's word, not ours.
    await applyCall(d, input.callId)
    return { held: input.held }
  },
}

/**
 * Followed before it is read, or what is written in between would be told to nobody; looked at again after that, or one
 * who lost sight of it in between would go on hearing of it.
 */
async function resumeAndFollow(
  { d, me, follow, unfollow }: DeskContext,
  input: { conversationId: string; after?: number },
): Promise<Resumed> {
  await seenConversation(d.db, me, input.conversationId)
  follow(input.conversationId)
  try {
    return await resume(d, me, input)
  } catch (error) {
    unfollow(input.conversationId)
    throw error
  }
}
