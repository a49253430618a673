import { describe, expect, it } from '@jest/globals'
import type { Member, StaffCaller } from '../caller/caller.ts'
import type { CallState } from '../call/call.ts'
import { endingHolds, holdOf, pauseNumber } from './pause.policy.ts'

const visitor: Member = { kind: 'visitor', visitorId: 'v', siteId: 's', locale: 'en' }
const staff: StaffCaller = { kind: 'staff', personId: 'p', name: 'Sara', role: 'agent', queues: [] }
const pauseOf = (...ids: string[]) => ({
  ...{ number: 3, since: 0, inForce: true },
  holds: ids.map((id) => ({ id, why: 'form' as const, since: 0, by: '' })),
})
const call = (...ids: string[]) => ({ pauses: 3, ...(ids[0] ? { pause: pauseOf(...ids) } : {}) }) as CallState

describe('who holds a recording paused', () => {
  it('a page names its hold, agents share one whatever they say', () => {
    expect(holdOf(visitor, { hold: 'x', why: 'page' })).toEqual({ id: 'x', why: 'page' })
    expect(holdOf(staff, { hold: 'x', why: 'page' })).toEqual({ id: 'agent', why: 'card' })
    expect(() => holdOf(visitor, {})).toThrow('hold')
  })
  it('a hold joins the pause there is, or begins the next; a known one changes nothing', () => {
    expect(pauseNumber(call(), 'a')).toBe(4)
    expect(pauseNumber(call('a'), 'b')).toBe(3)
    expect(pauseNumber(call('a'), 'a')).toBeNull()
    expect(() => pauseNumber(call(...'abcdefgh'), 'i')).toThrow('often')
    expect(pauseNumber(call(...'abcdefgh'), 'agent')).toBe(3)
  })
  it('ends their own, and only staff may end all', () => {
    const pause = pauseOf('a', 'agent')
    const ids = (...args: Parameters<typeof endingHolds>) => endingHolds(...args).map(({ id }) => id)
    expect(ids(pause, visitor, { hold: 'a', all: true })).toEqual(['a'])
    expect(ids(pause, staff, { all: false })).toEqual(['agent'])
    expect(ids(pause, staff, { all: true })).toEqual(['a', 'agent'])
    expect(ids(undefined, staff, { all: true })).toEqual([])
  })
})
