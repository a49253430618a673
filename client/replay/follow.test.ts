import { describe, expect, it } from '@jest/globals'
import { correction, createLead } from './follow.ts'

/** Runs a picture beside the sound for `seconds`, corrected at each frame; gives the error at the end. */
function settle(ahead: number, rate: number, drift: number, seconds: number): number {
  let error = ahead
  let inStep = false
  for (let frame = 0; frame < seconds * 30; frame += 1) {
    const act = correction(error, rate, inStep)
    inStep = act.kind === 'rate' && act.rate === rate
    if (act.kind === 'seek') error = 0
    else error += ((act.rate - rate) * (1 + drift) + rate * drift) / 30
  }
  return error
}

describe('a picture that follows the sound', () => {
  it('is left alone within 30 ms once it is in step', () => {
    expect(correction(0.029, 2, true)).toEqual({ kind: 'rate', rate: 2 })
    expect(correction(-0.03, 1, true)).toEqual({ kind: 'rate', rate: 1 })
  })

  it.each([0.029, -0.029, 0.2])(
    'is brought into step, not to the edge of what is tolerated, from %d s',
    (ahead) => {
      expect(Math.abs(settle(ahead, 1, 0, 4))).toBeLessThan(0.01)
    },
  )

  it('slows down when ahead, speeds up when behind, by a quarter at most', () => {
    expect(correction(0.1, 1, true)).toEqual({ kind: 'rate', rate: 0.85 })
    expect(correction(-0.3, 1, false)).toEqual({ kind: 'rate', rate: 1.25 })
  })

  it('is moved when it is too far off', () => {
    expect(correction(0.31, 1, true)).toEqual({ kind: 'seek' })
    expect(correction(-5, 0.5, false)).toEqual({ kind: 'seek' })
  })

  it.each([
    [0.25, 1],
    [-0.25, 1],
    [0.5, 4],
    [-0.2, 0.5],
  ])('from %d s at %d× it is within 100 ms after a second', (ahead, rate) => {
    expect(Math.abs(settle(ahead, rate, 0, 1.5))).toBeLessThan(0.1)
  })

  it('holds a picture whose own clock is 1 % off', () => {
    expect(Math.abs(settle(0, 1, 0.01, 60))).toBeLessThan(0.05)
  })
})

describe('how far ahead a picture is looked for', () => {
  it('is as long as the last seek took, from its last wish to what was shown, within reason', () => {
    const lead = createLead()
    expect(lead.ms()).toBe(0)
    lead.begin(1_000)
    lead.begin(1_200)
    lead.end(1_700)
    lead.end(1_740)
    expect(lead.ms()).toBe(500)
    lead.begin(10_000)
    expect(lead.ms()).toBe(500)
    lead.end(60_000)
    expect(lead.ms()).toBe(3_000)
  })
})
