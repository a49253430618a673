import { describe, expect, it } from '@jest/globals'
import { evolvePause, type PauseEvent, type Pauses } from './pause.ts'

const paused = (hold: string, number = 1): PauseEvent => ({
  type: 'recordingPaused',
  payload: { callId: 'c', number, hold, why: 'card' },
})
const resumed = (hold: string): PauseEvent => ({
  type: 'recordingResumed',
  payload: { callId: 'c', hold, why: 'card', since: 0, over: true },
})
const after = (...events: PauseEvent[]): Pauses =>
  events.reduce<Pauses>((call, e, at) => evolvePause(call, e, { at, by: 'Sara' }) ?? call, {})

describe('a pause', () => {
  it('lasts from its first hold to the end of its last', () => {
    const two = after(paused('a'), paused('b'))
    expect(two.pause).toMatchObject({ since: 0, inForce: false, holds: [{ id: 'a' }, { id: 'b' }] })
    expect(after(paused('a'), paused('b'), resumed('a')).pause?.holds).toMatchObject([{ id: 'b' }])
    expect(after(paused('a'), paused('b'), resumed('a'), resumed('b'))).toEqual({ pauses: 1 })
  })
  it('is in force by a word that names it, not one before it', () => {
    const word = (number: number): PauseEvent => ({ type: 'pauseInForce', payload: { callId: 'c', number } })
    expect(after(paused('a', 2), word(1)).pause?.inForce).toBe(false)
    expect(after(paused('a', 2), word(2)).pause?.inForce).toBe(true)
  })
  it('accepts any subset of its events', () => {
    expect(after(resumed('a'))).toEqual({})
    expect(after({ type: 'pauseReminded', payload: { callId: 'c', since: 0 } })).toEqual({})
  })
})
