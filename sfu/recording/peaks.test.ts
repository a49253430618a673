import { describe, expect, it } from '@jest/globals'
import { amplitude, UNKNOWN } from './levels.ts'
import { PeakMeter } from './peaks.ts'

describe('amplitude', () => {
  it('is a share of full scale', () => {
    expect([0, 20, 40, 127].map(amplitude)).toEqual([255, 26, 3, 0])
  })
})

describe('PeakMeter', () => {
  it('keeps the loudest of each bucket and tells the silences', () => {
    const meter = new PeakMeter(100, 100)
    for (let slot = 10; slot < 20; slot++) meter.add(slot, slot === 12 ? 0 : 20)
    // One packet of comfort noise does not end the silence.
    meter.add(40, 127)
    meter.add(99, UNKNOWN)
    const peaks = [...Buffer.from(meter.peaks(), 'base64')]
    expect(peaks.slice(0, 5)).toEqual([0, 0, 255, 26, 0])
    expect(peaks).toHaveLength(20)
    expect(meter.filler()).toEqual([[400, 1980]])
  })
})
