import { describe, expect, it } from '@jest/globals'
import { KeyframePace } from './keyframe-pace.policy.ts'

/** What is asked for while so many bytes come between two questions. */
const asked = (...bytes: number[]): boolean[] => {
  const pace = new KeyframePace()
  return bytes.map((some) => {
    for (let came = 0; came < some; came += 1_000) pace.came(1_000)
    return pace.due()
  })
}

describe('the next keyframe of a track', () => {
  it('is asked for every second time of a small picture or a poor network', () => {
    expect(asked(125_000, 125_000, 125_000, 0)).toEqual([false, true, false, true])
  })

  it('is asked for every time of a large picture', () => {
    expect(asked(350_000, 350_000, 350_000)).toEqual([true, true, true])
  })

  it('comes rarer as soon as the network gives way', () => {
    expect(asked(350_000, 350_000, 125_000, 125_000, 125_000)).toEqual([true, true, false, true, false])
  })
})
