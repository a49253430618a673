import { describe, expect, it } from '@jest/globals'
import { beyond, judge, mosOf, type Quality, verdictOf, type Warning, WINDOW } from './quality.ts'

describe('the score of a connection', () => {
  it.each([
    // Worked out by hand from the formula.
    [{ loss: 0, rttMs: 0, jitterMs: 0 }, 4.4],
    [{ loss: 0, rttMs: 100, jitterMs: 10 }, 4.34],
    [{ loss: 0.03, rttMs: 100, jitterMs: 10 }, 4.11],
    [{ loss: 0, rttMs: 400, jitterMs: 30 }, 3.01],
    [{ loss: 0.5, rttMs: 900, jitterMs: 300 }, 1],
  ])('%j scores %d', (quality, mos) => {
    expect(mosOf(quality)).toBeCloseTo(mos, 2)
  })

  it('never rises as any figure gets worse', () => {
    for (const key of ['loss', 'rttMs', 'jitterMs'] as const) {
      let before = 5
      for (let step = 0; step <= 100; step++) {
        const quality = { loss: 0.01, rttMs: 50, jitterMs: 5, [key]: key === 'loss' ? step / 100 : step * 10 }
        const mos = mosOf(quality)
        expect(mos).toBeLessThanOrEqual(before)
        expect(mos).toBeGreaterThanOrEqual(1)
        before = mos
      }
    }
  })

  it.each([
    [4.39, 'excellent'],
    [4.15, 'great'],
    [3.8, 'good'],
    [3.2, 'fair'],
    [3, 'poor'],
  ] as const)('%d is %s', (mos, verdict) => {
    expect(verdictOf(mos)).toBe(verdict)
  })

  it('names each figure that is beyond its limit', () => {
    expect(beyond({ loss: 0.03, rttMs: 200, jitterMs: 30 })).toEqual([])
    expect(beyond({ loss: 0.031, rttMs: 100, jitterMs: 31 })).toEqual(['loss', 'jitter'])
    expect(beyond({ loss: 0, rttMs: 401, jitterMs: 0 })).toEqual(['delay', 'score'])
  })
})

describe('warnings in a call', () => {
  const fine: Quality = { loss: 0, rttMs: 40, jitterMs: 5 }
  const uneven: Quality = { ...fine, jitterMs: 40 }
  /** The warnings after each measurement. */
  const after = (measured: Quality[]): string[] => {
    const window: Quality[] = []
    let raised: Warning[] = []
    return measured.map((one) => {
      window.push(one)
      raised = judge(window.slice(-WINDOW), raised)
      return raised.join('+')
    })
  }
  const times = (count: number, one: Quality): Quality[] => Array.from({ length: count }, () => one)

  it('begin with three bad measurements of five, and end only when five in a row are good', () => {
    expect(after([...times(5, fine), uneven, fine, uneven])).not.toContain('jitter')
    expect(after([...times(5, fine), uneven, uneven, uneven]).at(-1)).toBe('jitter')
    const course = after([...times(5, uneven), ...times(5, fine)])
    expect(course).toEqual(['', '', '', '', 'jitter', 'jitter', 'jitter', 'jitter', 'jitter', ''])
  })

  it('of loss go by the mean, and stay until hardly anything is lost', () => {
    const lossy = (loss: number): Quality => ({ ...fine, loss })
    expect(after([...times(6, fine), lossy(0.2)]).at(-1)).toBe('')
    expect(after(times(7, lossy(0.04))).at(-1)).toBe('loss')
    expect(after([...times(7, lossy(0.04)), ...times(7, lossy(0.02))]).at(-1)).toBe('loss')
    expect(after([...times(7, lossy(0.04)), ...times(7, fine)]).at(-1)).toBe('')
  })

  it('do not flap on figures about the limit', () => {
    const swaying = Array.from({ length: 60 }, (_, n) => (n % 2 ? uneven : fine))
    const course = after(swaying)
    const changes = course.filter((one, n) => n > 0 && one !== course[n - 1]).length
    expect(changes).toBeLessThanOrEqual(1)
  })
})
