import { describe, expect, it } from '@jest/globals'
import { type ConversationEvent, type ConversationState, emptyState } from '../conversation/conversation.ts'
import { event, system } from '../conversation/conversation.log.ts'
import { turnsOf } from './contact.policy.ts'

const state: ConversationState = { ...emptyState, queueId: 'q' }
/** At 1, 2, 3 … ms. */
const log = (...bodies: Parameters<typeof event>[]): ConversationEvent[] =>
  bodies.map((body, index) => ({
    ...event(...body),
    ...{ seq: index + 1, visitorSeq: null, at: index + 1, actor: system },
  })) as ConversationEvent[]

const queued = ['queued', { reason: 'new', queueId: 'q' }] as Parameters<typeof event>
const offered = ['offered', { offerId: 'o', agentId: 'a', name: 'Sara', deadline: 9 }] as Parameters<
  typeof event
>
const assigned = ['assigned', { agentId: 'a', name: 'Sara' }] as Parameters<typeof event>
const ended = (by: 'visitor' | 'agent') => ['ended', { by }] as Parameters<typeof event>
const deferred = (why: 'closed' | 'gone') => ['deferred', { why, opensAt: null }] as Parameters<typeof event>

describe('what events mean for the wait', () => {
  it('is nothing where nobody waits or is answered', () => {
    expect(turnsOf(log(['message', { text: 'Hello' }]), state)).toEqual([])
  })

  it('begins it with the queue, and ends the one before', () => {
    expect(turnsOf(log(queued), state)).toEqual([
      { close: { at: 1, why: 'requeued' }, open: { at: 1, kind: 'live', medium: 'chat' } },
    ])
  })

  it('is no wait that somebody gave up where it was a task from its first moment on', () => {
    expect(turnsOf(log(queued, deferred('closed')), state)).toEqual([
      { close: { at: 1, why: 'requeued' }, rank: 1, open: { at: 2, kind: 'message', medium: 'chat' } },
    ])
    expect(turnsOf(log(deferred('gone')), state)).toMatchObject([{ close: { at: 1, why: 'abandoned' } }])
  })

  it('tells giving up from being done', () => {
    expect(turnsOf(log(ended('visitor')), state)).toEqual([{ close: { at: 1, why: 'abandoned' } }])
    expect(turnsOf(log(ended('agent')), state)).toEqual([{ close: { at: 1, why: 'ended' } }])
  })

  it('keeps apart what one statement cannot say at once, in order', () => {
    expect(turnsOf(log(offered, assigned), state)).toEqual([
      { offeredAt: 1, answered: { at: 2, personId: 'a' } },
    ])
    expect(turnsOf(log(assigned, ended('agent')), state)).toEqual([
      { answered: { at: 1, personId: 'a' } },
      { close: { at: 2, why: 'ended' } },
    ])
    expect(turnsOf(log(queued, offered, queued), state)).toEqual([
      { close: { at: 1, why: 'requeued' }, open: { at: 1, kind: 'live', medium: 'chat' } },
      { offeredAt: 2, close: { at: 3, why: 'requeued' }, open: { at: 3, kind: 'live', medium: 'chat' } },
    ])
  })
})
