import { describe, expect, it } from '@jest/globals'
import { neighbourPicture, type Still } from './frame-step.ts'

/** Shows the last picture that begins at or before the time, as browsers do. */
function video(pictures: readonly number[], at: number): Still & { went: number } {
  const still = {
    went: 0,
    shown: () => pictures.findLast((one) => one <= at) ?? 0,
    goTo: (time: number) => {
      still.went++
      at = time
      return Promise.resolve()
    },
    duration: () => (pictures.at(-1) ?? 0) + 0.03,
  }
  return still
}

describe('a step of one picture', () => {
  const uneven = [0, 0.033, 0.067, 0.35, 0.367]

  it('goes forward to the very next one, however far that is', async () => {
    const one = video(uneven, 0.05)
    for (const next of [0.0675, 0.3505, 0.3675]) {
      expect(await neighbourPicture(one, 1)).toBeCloseTo(next, 5)
    }
    expect(await neighbourPicture(one, 1)).toBeNull()
  })

  it('goes some way into a picture that came early, where a browser shows the one before it until then', async () => {
    const early = [0, 0.05, 0.092, 0.142]
    const one = video(early, 0.06)
    const { goTo } = one
    one.goTo = (time) => goTo(time >= 0.092 && time < 0.1 ? 0.06 : time)
    expect(await neighbourPicture(one, 1)).toBeCloseTo(0.102, 5)
    expect(one.shown()).toBe(0.092)
  })

  it('goes back to the very one before', async () => {
    const one = video(uneven, 0.36)
    expect(await neighbourPicture(one, -1)).toBeCloseTo(0.0675, 5)
    expect(await neighbourPicture(one, -1)).toBeCloseTo(0.0335, 5)
    expect(await neighbourPicture(one, -1)).toBeCloseTo(0.0005, 5)
    expect(await neighbourPicture(one, -1)).toBeNull()
  })

  it('misses none of those that come quickly after a long wait', async () => {
    const one = video([0, 0.5, 0.51, 0.52, 0.6], 0)
    expect(await neighbourPicture(one, 1)).toBeCloseTo(0.5005, 5)
  })

  it('gives up where nothing comes for long', async () => {
    const still = video([0, 10], 0)
    expect(await neighbourPicture(still, 1)).toBeNull()
    expect(still.went).toBeLessThan(12)
  })
})
