import { describe, expect, it } from '@jest/globals'
import { columnsOf, peaksFrom, wavePath } from './wave.ts'

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
    expect(wavePath([1, 0])).toBe('M0.25000 0.000V1.000M0.75000 0.490V0.510')
  })
})
