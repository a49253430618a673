import { describe, expect, it } from '@jest/globals'
import type { CallState } from '../../server/conversation/conversation.ts'
import { twoSeats } from '../../server/conversation/testing.ts'
import { type CallPhase, needsConsent, type PhaseInput, phaseOf } from './phase.ts'

const asking: CallState = {
  id: 'c',
  media: 'voice',
  by: 'visitor',
  askedAt: 0,
  consent: { record: ['mic'] },
  seats: twoSeats,
  phase: 'asking',
}
const running: CallState = { ...asking, phase: 'connected', since: 1, recording: true }

const base: PhaseInput = {
  call: asking,
  side: 'visitor',
  mine: true,
  seat: 'held',
  health: 'fine',
  hungUp: false,
  accepted: false,
}
const table: [string, Partial<PhaseInput>, CallPhase][] = [
  ['no call', { call: null }, 'none'],
  ['my question', {}, 'asking'],
  ['my question before my seat is open', { seat: null, health: null }, 'asking'],
  ['the other’s question', { side: 'agent' }, 'asked'],
  ['accepted here, not yet told', { side: 'agent', accepted: true }, 'connecting'],
  ['agreed, media on its way', { call: running, health: 'connecting' }, 'connecting'],
  ['agreed, seat on its way', { call: running, seat: 'opening' }, 'connecting'],
  ['talking', { call: running }, 'connected'],
  ['talking over a broken path', { call: running, health: 'reconnecting' }, 'connected'],
  ['in another tab', { call: running, seat: 'elsewhere' }, 'elsewhere'],
  ['a page that never joined', { call: running, seat: null, health: null }, 'elsewhere'],
  ['a colleague’s call', { call: running, side: 'agent', mine: false, seat: null }, 'none'],
  ['hung up while the server is away', { call: running, hungUp: true }, 'none'],
]

describe('what a call is to this page', () => {
  it.each(table)('%s', (_what, changes, phase) => {
    expect(phaseOf({ ...base, ...changes })).toBe(phase)
  })
})

describe('consent for a further medium', () => {
  const unrecorded: CallState = { ...running, consent: { record: [] } }
  const notYet = { ...running, recording: false } as CallState
  it.each([
    ['a named one', running, 'visitor', 'mic', false],
    ['one not named', running, 'visitor', 'screen', true],
    ['one not named, before the recorder has begun', notYet, 'visitor', 'cam', true],
    ['an unrecorded call', unrecorded, 'visitor', 'cam', false],
    ['the agent’s own', running, 'agent', 'screen', false],
  ] as const)('%s', (_what, call, who, source, needed) => {
    expect(needsConsent(call, who, source)).toBe(needed)
  })
})
