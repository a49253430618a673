import { describe, expect, it } from '@jest/globals'
import type { CallState } from '../../server/conversation/conversation.ts'
import { twoSeats } from '../../server/conversation/testing.ts'
import { heldIn } from './hold.ts'

const call: CallState = {
  ...{ id: 'c', media: 'voice', by: 'visitor', askedAt: 0, consent: null, seats: twoSeats },
  ...{ phase: 'connected', since: 1, recording: false },
}
const held = (since: number) => ({ since, by: 'Sara' })
const guest = { ...twoSeats.agent, kind: 'guest' as const, name: 'Ivan' }

describe('the hold that is told', () => {
  it('is none while everybody talks', () => {
    expect(heldIn(call, 'visitor')).toBeNull()
  })

  it('is one’s own first, and the others’ that began first', () => {
    const visitor = { ...twoSeats.visitor, held: held(9) }
    const seats = { ...twoSeats, visitor, g1: { ...guest, held: held(5) } }
    expect(heldIn({ ...call, seats }, 'visitor')).toEqual({ ...held(9), own: true })
    expect(heldIn({ ...call, seats }, 'agent')).toEqual({ ...held(5), own: false })
  })
})
