import { describe, expect, it } from '@jest/globals'
import { barsPath, columnsOf, partIn, peaksFrom, wavePath } from './wave.ts'

describe('a waveform', () => {
  it('reads one byte a step', () => {
    expect([...peaksFrom(btoa('\x00\x80\xff'))]).toEqual([0, 128, 255])
  })

  it('keeps the loudest of what falls together, and invents nothing', () => {
    const peaks = Uint8Array.from([0, 255, 0, 0, 51, 0])
    expect(columnsOf(peaks, 3)).toEqual([1, 0, 0.2])
    expect(columnsOf(peaks, 100)).toHaveLength(6)
    expect(columnsOf(new Uint8Array(), 10)).toEqual([])
  })

  it('draws one bar a column', () => {
    expect(wavePath([1, 0])).toBe(
      'M0.10000 0.000h0.30000v1.000h-0.30000zM0.60000 0.490h0.30000v0.020h-0.30000z',
    )
  })

  it('is cut to what is in view, in whole steps', () => {
    const peaks = Uint8Array.from([1, 2, 3, 4])
    const at = { from: 1_000, to: 1_400 }
    expect(partIn(at, peaks, { from: 1_150, to: 1_250 })).toEqual({
      span: { from: 1_100, to: 1_300 },
      peaks: Uint8Array.from([2, 3]),
    })
    expect(partIn(at, peaks, { from: 0, to: 9_000 })).toEqual({ span: at, peaks })
    expect(partIn(at, peaks, { from: 1_400, to: 1_500 })).toBeNull()
    expect(partIn(at, new Uint8Array(), { from: 0, to: 9_000 })).toBeNull()
  })

  it('has a bar for each stretch of speech in view', () => {
    const spans = [
      { from: 0, to: 100 },
      { from: 150, to: 400 },
      { from: 900, to: 950 },
    ]
    expect(barsPath(spans, { from: 100, to: 200 })).toBe('M0.50000 .5H1.00000')
  })
})
