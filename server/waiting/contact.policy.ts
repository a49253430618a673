/** What the events of one append mean for a conversation's present wait. Pure. */
import type { ConversationEvent, ConversationState } from '../conversation/conversation.ts'
import { mediumOf } from '../routing/medium.policy.ts'
import type { Medium } from '../routing/routing.ts'
import { rankOf } from './gate.policy.ts'

export type LeftWhy = 'abandoned' | 'ended' | 'deferred' | 'voicemail' | 'callback' | 'returned' | 'requeued'

/** Of the wait that is open, if there is one: what happened to it, then its end; and the one that begins after it. Times in ms. */
export type Turn = {
  offeredAt?: number
  answered?: { at: number; personId: string }
  /** As it is until somebody has answered. */
  medium?: Medium
  close?: { at: number; why: LeftWhy }
  open?: { at: number; kind: 'live' | 'message' | 'voicemail' | 'callback'; medium: Medium }
  /** Its conversation's place among those that wait. Lower goes first. */
  rank?: number
}

const kinds = {
  deferred: 'message',
  abandoned: 'message',
  voicemail: 'voicemail',
  callback: 'callback',
} as const

/** In order. Nearly always none or one: as much as a statement can say at once. `state`: after the events. */
export function turnsOf(events: readonly ConversationEvent[], state: ConversationState): Turn[] {
  const turns: Turn[] = []
  const turn = (fits: (latest: Turn) => boolean): Turn => {
    const latest = turns.at(-1)
    if (latest && fits(latest)) return latest
    const next: Turn = {}
    turns.push(next)
    return next
  }
  const close = (at: number, why: LeftWhy) => {
    // Of what is over already there is nothing to end; who answered it decides how it ended.
    const now = turn(({ answered, open }) => !answered && !open)
    now.close ??= { at, why }
  }
  const open = (at: number, kind: NonNullable<Turn['open']>['kind']) => {
    turn((latest) => !latest.open).open = { at, kind, medium: mediumOf(state) }
  }
  const becomes = (at: number, why: keyof typeof kinds) => {
    close(at, why)
    open(at, kinds[why])
  }
  const rank = (to: number) => {
    turn(() => true).rank = to
  }
  const going = ({ close: over, open: begun }: Turn) => !over && !begun
  // What is a task from its first moment on is no wait that somebody gave up.
  const deferred = events.some(({ type }) => type === 'deferred')
  for (const one of events) {
    const { at } = one
    switch (one.type) {
      case 'queued':
        close(at, 'requeued')
        if (!deferred) open(at, state.task?.kind ?? 'live')
        break
      case 'offered':
        turn(going).offeredAt ??= at
        break
      case 'assigned':
        turn((latest) => going(latest) && !latest.medium).answered ??= { at, personId: one.payload.agentId }
        break
      case 'deferred':
        rank(rankOf(one.payload.why))
        becomes(at, one.payload.why === 'gone' ? 'abandoned' : 'deferred')
        break
      case 'voicemailLeft':
        becomes(at, 'voicemail')
        break
      case 'callbackAsked':
        becomes(at, 'callback')
        break
      case 'taskDropped':
        rank(0)
        close(at, 'returned')
        open(at, 'live')
        break
      case 'callAsked':
      case 'callEnded':
        turn((latest) => going(latest) && !latest.answered).medium = mediumOf(state)
        break
      case 'ended':
        close(at, gaveUp(one.payload) ? 'abandoned' : 'ended')
        break
      default:
    }
  }
  return turns
}

/** By a word of theirs, or by staying away. */
const gaveUp = ({ by, reason }: { by: string; reason?: string }) => by === 'visitor' || reason === 'abandoned'
