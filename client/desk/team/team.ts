/** What is done together with colleagues: giving conversations on, and asking people into calls. */
import { atom, type ReadableAtom } from 'nanostores'
import type { SupervisorMode } from '../../../server/call/call.ts'
import type { Colleagues, InvitationCard } from '../../../server/contract/desk.ts'
import type { DeskRequests, InputOf } from '../../../server/contract/requests.ts'
import { untilAnswered } from '../../wire/until-answered.ts'
import { underWay } from '../../wire/under-way.ts'
import type { Wire } from '../../wire/wire.ts'

type Given = InputOf<DeskRequests, 'conversation.transfer'>
export type Target = Given['to']

/** Rejects with `RequestError`, all of it. */
export type Team = {
  /** Calls into which colleagues ask me now. */
  readonly $invitations: ReadableAtom<readonly InvitationCard[]>
  /** Resolves to the conversation. */
  answer(invitationId: string, accept: boolean): Promise<string>
  colleagues(conversationId: string): Promise<Colleagues>
  transfer(given: Given): Promise<void>
  undo(conversationId: string): Promise<void>
  reassign(given: Given): Promise<void>
  takeOver(conversationId: string): Promise<void>
  invite(input: InputOf<DeskRequests, 'call.invite'>): Promise<void>
  consultQueue(input: InputOf<DeskRequests, 'call.consultQueue'>): Promise<void>
  withdraw(invitationId: string): Promise<void>
  merge(callId: string): Promise<void>
  complete(callId: string, seat: string): Promise<void>
  cancelConsult(callId: string): Promise<void>
  remove(callId: string, seat: string): Promise<void>
  supervise(callId: string, mode: SupervisorMode): Promise<void>
  /** Asked until it is answered: then nothing is recorded any more. */
  pauseRecording(callId: string): Promise<void>
  /** `all`: also what the visitor's page has paused. */
  resumeRecording(callId: string, all: boolean): Promise<void>
  close(): void
}

export function createTeam(wire: Wire<'desk'>): Team {
  const $invitations = atom<readonly InvitationCard[]>([])
  const ending = new AbortController()
  const answering = underWay<string>()
  const othersThan = (id: string) => $invitations.get().filter((one) => one.invitationId !== id)
  const load = async (): Promise<void> => {
    try {
      $invitations.set((await wire.request('invitations', {})).invitations)
    } catch {
      // Not connected any more: the next connection loads them anew.
    }
  }
  const stops = [
    wire.onOnline(() => void load()),
    wire.on('invitation', (card) => $invitations.set([...othersThan(card.invitationId), card])),
    wire.on('invitationGone', ({ invitationId }) => $invitations.set(othersThan(invitationId))),
  ]
  const told = async (request: Promise<unknown>): Promise<void> => void (await request)
  return {
    $invitations,
    answer: (invitationId, accept) =>
      answering(`${invitationId} ${accept}`, async () => {
        const { conversationId } = await wire.request('invitation.answer', { invitationId, accept })
        $invitations.set(othersThan(invitationId))
        return conversationId
      }),
    colleagues: (conversationId) => wire.request('colleagues', { conversationId }),
    transfer: (given) => told(wire.request('conversation.transfer', given)),
    undo: (conversationId) => told(wire.request('conversation.transferUndo', { conversationId })),
    reassign: (given) => told(wire.request('conversation.reassign', given)),
    takeOver: (conversationId) => told(wire.request('conversation.takeOver', { conversationId })),
    invite: (input) => told(wire.request('call.invite', input)),
    consultQueue: (input) => told(wire.request('call.consultQueue', input)),
    withdraw: (invitationId) => told(wire.request('invitation.withdraw', { invitationId })),
    merge: (callId) => told(wire.request('call.merge', { callId })),
    complete: (callId, seat) => told(wire.request('call.complete', { callId, seat })),
    cancelConsult: (callId) => told(wire.request('call.cancelConsult', { callId })),
    remove: (callId, seat) => told(wire.request('call.remove', { callId, seat })),
    supervise: (callId, mode) => told(wire.request('call.supervise', { callId, mode })),
    pauseRecording: (callId) =>
      told(untilAnswered(wire, ending.signal, () => wire.request('recording.pause', { callId }))),
    resumeRecording: (callId, all) =>
      told(untilAnswered(wire, ending.signal, () => wire.request('recording.resume', { callId, all }))),
    close() {
      ending.abort()
      for (const stop of stops) stop()
    },
  }
}
