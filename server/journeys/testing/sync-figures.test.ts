import { describe, expect, it } from '@jest/globals'
import { clockAt, flashesIn, nearest, onsetsOf, onTime, ownOffset, spreadOf, sureOf } from './sync-figures.ts'

const tick = (at: number, lateMs = 0) => ({ at, clock: (at - 100) * 2, rate: 2, lateMs })

describe('figures of sound and picture', () => {
  it('leave out fires that a starved page made, or that its tracks did not have', () => {
    const whole = { due: 1_000, firedAt: 1_010, flashAt: 1_030, beepAt: 1_020 }
    const fires = [
      whole,
      { ...whole, firedAt: 1_051 },
      { ...whole, flashAt: null },
      { ...whole, beepAt: null },
      { ...whole, beepAt: 6_200 },
    ]
    const sure = sureOf(fires)
    expect(sure).toHaveLength(1)
    expect(sure.map(ownOffset)).toEqual([10])
  })

  it('take the first frame of a flash of the colour, and no frame twice', () => {
    const frame = (mediaMs: number, luma: number) => ({
      side: 'agent' as const,
      picture: 'cam',
      at: mediaMs,
      mediaMs,
      rgb: [20, luma, 60],
    })
    const frames = [
      frame(0, 250),
      frame(40, 20),
      frame(80, 240),
      frame(80, 240),
      frame(120, 250),
      frame(160, 20),
    ]
    expect(flashesIn(frames, 1).map(({ mediaMs }) => mediaMs)).toEqual([80])
    expect(flashesIn(frames, 0)).toEqual([])
  })

  it('take an onset once, however often it is found', () => {
    const found = [1_000, 1_003, 1_001, 1_500].map((at) => ({ channel: 0, at }))
    expect(onsetsOf([...found, { channel: 1, at: 1_200 }], 0)).toEqual([1_001, 1_500])
  })

  it('place a moment on the clock of the sound, and know when the page was late', () => {
    const ticks = [tick(100), tick(110), tick(500, 60), tick(800)]
    expect(clockAt(ticks, 120)).toBe(40)
    expect(onTime(ticks, 120)).toBe(true)
    expect(onTime(ticks, 480)).toBe(false)
    expect(onTime(ticks, 780)).toBe(true)
  })

  it('tell what most keep to', () => {
    expect(nearest([1, 5, 9], 6, (one) => one, 2)).toBe(5)
    expect(nearest([1, 5, 9], 20, (one) => one, 2)).toBeNull()
    const values = Array.from({ length: 101 }, (_, index) => index - 50)
    expect(spreadOf(values)).toEqual({ p5: -45, p50: 0, p95: 45, worst: 50, count: 101 })
  })
})
