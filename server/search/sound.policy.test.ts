import { describe, expect, it } from '@jest/globals'
import { shareOf, talkOf } from './sound.policy.ts'

const STEP = 100
/** `v`: the visitor speaks, `a`: the agent, `c`: a colleague, `b`: visitor and agent, `.`: nobody; each a second. */
const voices = (score: string) => {
  const of = (who: string) =>
    Uint8Array.from(
      [...score].flatMap((one) =>
        Array<number>(10).fill(one === who || (one === 'b' && who !== 'c') ? 90 : 3),
      ),
    )
  return [of('v'), of('a'), of('c')]
}

describe('what a call sounded like', () => {
  it('has silence where nobody speaks for three seconds, and overlap where both do', () => {
    expect(talkOf(voices('vv...aa..vbba'), STEP)).toEqual({
      ms: 13_000,
      silenceMs: 3_000,
      overlapMs: 2_000,
    })
  })

  it('has no silence on hold', () => {
    expect(talkOf(voices('v.......v'), STEP, { holds: [{ from: 2_000, to: 8_000 }] }).silenceMs).toBe(0)
    expect(talkOf(voices('v.......v'), STEP, { holds: [{ from: 5_000, to: 8_000 }] }).silenceMs).toBe(4_000)
  })

  it('has no silence while a colleague or a guest speaks, and overlap where they speak over somebody', () => {
    expect(talkOf(voices('vccccca'), STEP)).toMatchObject({ silenceMs: 0, overlapMs: 0 })
    const over = voices('vvvv')
    over[2]?.fill(90, 10, 30)
    expect(talkOf(over, STEP).overlapMs).toBe(2_000)
  })

  it('is not known of a pause for card data or of what is lost, which count for nothing', () => {
    const holes = [{ from: 2_000, to: 8_000 }]
    expect(talkOf(voices('vv......aa'), STEP, { holes })).toEqual({ ms: 4_000, silenceMs: 0, overlapMs: 0 })
    // What is silent on both sides of one is not one silence.
    expect(talkOf(voices('v........a'), STEP, { holes: [{ from: 3_000, to: 7_000 }] }).silenceMs).toBe(0)
  })

  it('takes a nod for no overlap', () => {
    const nod = voices('v')
    nod[1]?.fill(90, 0, 4)
    expect(talkOf(nod, STEP).overlapMs).toBe(0)
  })

  it('is nothing of nothing', () => {
    const none = { ms: 0, silenceMs: 0, overlapMs: 0 }
    expect([talkOf([], STEP), talkOf([new Uint8Array()], STEP)]).toEqual([none, none])
    expect([shareOf(1, 0), shareOf(1, 4), shareOf(5, 4)]).toEqual([null, 0.25, 1])
  })
})
