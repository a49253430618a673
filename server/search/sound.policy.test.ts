import { describe, expect, it } from '@jest/globals'
import { shareOf, talkOf } from './sound.policy.ts'

const STEP = 100
/** `v`: the visitor speaks, `a`: the agent, `b`: both, `.`: nobody; each a second. */
const sides = (score: string) => {
  const side = (who: string) =>
    Uint8Array.from([...score].flatMap((one) => Array<number>(10).fill(one === who || one === 'b' ? 90 : 3)))
  return { visitor: side('v'), agent: side('a') }
}

describe('what a call sounded like', () => {
  it('has silence where nobody speaks for three seconds, and overlap where both do', () => {
    expect(talkOf(sides('vv...aa..vbba'), STEP, [])).toEqual({
      ms: 13_000,
      silenceMs: 3_000,
      overlapMs: 2_000,
    })
  })

  it('has no silence on hold', () => {
    expect(talkOf(sides('v.......v'), STEP, [{ from: 2_000, to: 8_000 }]).silenceMs).toBe(0)
    expect(talkOf(sides('v.......v'), STEP, [{ from: 5_000, to: 8_000 }]).silenceMs).toBe(4_000)
  })

  it('takes a nod for no overlap', () => {
    const nod = sides('v')
    nod.agent.fill(90, 0, 4)
    expect(talkOf(nod, STEP, []).overlapMs).toBe(0)
  })

  it('is nothing of nothing', () => {
    expect(talkOf({ visitor: new Uint8Array(), agent: new Uint8Array() }, STEP, [])).toEqual({
      ...{ ms: 0, silenceMs: 0, overlapMs: 0 },
    })
    expect([shareOf(1, 0), shareOf(1, 4), shareOf(5, 4)]).toEqual([null, 0.25, 1])
  })
})
