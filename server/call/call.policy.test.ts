import { describe, expect, it } from '@jest/globals'
import {
  type CallState,
  type ConversationState,
  emptyState,
  type Side,
} from '../conversation/conversation.ts'
import { twoSeats } from '../conversation/testing.ts'
import {
  answerable,
  assertConsent,
  holdable,
  outcomeOfAsking,
  presentCall,
  reasonOfHangUp,
} from './call.policy.ts'

const call = (by: Side, connected = false): CallState => ({
  ...{ id: 'c', media: 'voice', by, askedAt: 0, consent: null, seats: twoSeats },
  ...(connected ? { phase: 'connected', since: 1, recording: false } : { phase: 'asking' }),
})
const state = (over: Partial<ConversationState>): ConversationState => ({
  ...emptyState,
  phase: { name: 'active', agentId: 'a', agentName: 'Sara' },
  ...over,
})

const codeOf = (work: () => unknown) => {
  try {
    return work()
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('asking for a call', () => {
  const ended = state({ phase: { name: 'ended', at: 1, by: 'agent' } })
  it.each<[string, ConversationState, Side, string]>([
    ['no call, visitor', state({}), 'visitor', 'ask'],
    ['no call, agent', state({}), 'agent', 'ask'],
    ['visitor asked, visitor again', state({ call: call('visitor') }), 'visitor', 'already'],
    ['visitor asked, agent asks too', state({ call: call('visitor') }), 'agent', 'agreed'],
    ['agent asked, visitor asks too', state({ call: call('agent') }), 'visitor', 'agreed'],
    ['visitor asked, answered, visitor again', state({ call: call('visitor', true) }), 'visitor', 'already'],
    ['connected', state({ call: call('agent', true) }), 'visitor', 'conflict'],
    [
      'a spoken message, visitor',
      state({ call: { ...call('visitor', true), voicemail: true } }),
      'visitor',
      'conflict',
    ],
    ['ended', ended, 'visitor', 'conflict'],
  ])('%s', (_, given, by, expected) => {
    expect(codeOf(() => outcomeOfAsking(given, by))).toBe(expected)
  })
})

describe('answering', () => {
  it.each<[string, CallState | null, Side, string]>([
    ['the asked side', call('visitor'), 'agent', 'asking'],
    ['the side that asked', call('visitor'), 'visitor', 'notAllowed'],
    ['a connected call', call('visitor', true), 'agent', 'conflict'],
    ['no call', null, 'agent', 'conflict'],
  ])('%s', (_, given, by, expected) => {
    const result = codeOf(() => answerable(state({ call: given }), 'c', by))
    expect(typeof result === 'string' ? result : (result as CallState).phase).toBe(expected)
  })

  it('finds only the present call', () => {
    expect(codeOf(() => presentCall(state({ call: call('agent') }), 'another'))).toBe('conflict')
  })
})

describe('hanging up', () => {
  it.each<[CallState, Side, string]>([
    [call('visitor'), 'visitor', 'withdrawn'],
    [call('visitor'), 'agent', 'declined'],
    [call('agent'), 'agent', 'withdrawn'],
    [call('agent'), 'visitor', 'declined'],
    [call('agent', true), 'visitor', 'hungUp'],
    [call('agent', true), 'agent', 'hungUp'],
  ])('%#', (given, by, reason) => {
    expect(reasonOfHangUp(given, by)).toBe(reason)
  })
})

describe('a hold', () => {
  const seat = twoSeats.agent
  const seats = {
    ...twoSeats,
    g1: { ...seat, kind: 'guest' as const, name: 'Ivan' },
    c1: { ...seat, name: 'Amir' },
    s1: { ...seat, kind: 'supervisor' as const, name: 'Lena' },
  }
  const since = (ms: number) => ({ since: ms, by: 'Sara' })

  it('concerns those from outside, and only who is not as wished', () => {
    const running = { ...call('agent', true), seats }
    expect(holdable(running, true)).toEqual({ seats: ['visitor', 'g1'], since: 0 })
    const half = { ...running, seats: { ...seats, visitor: { ...seats.visitor, held: since(7) } } }
    expect(holdable(half, true)).toEqual({ seats: ['g1'], since: 0 })
    expect(holdable(half, false)).toEqual({ seats: ['visitor'], since: 7 })
    const both = { ...half, seats: { ...half.seats, g1: { ...seats.g1, held: since(5) } } }
    expect(holdable(both, false)).toEqual({ seats: ['visitor', 'g1'], since: 5 })
  })
})

describe('consent', () => {
  const some = { record: ['mic' as const] }
  it.each([
    [null, 'optional', 'badInput'],
    [{ record: [] }, 'optional', { record: [] }],
    [{ record: [] }, 'required', 'notAllowed'],
    [some, 'required', some],
    [some, 'optional', some],
  ])('%j where the site says %s', (consent, rule, expected) => {
    expect(codeOf(() => assertConsent(consent, rule))).toEqual(expected)
  })
})
