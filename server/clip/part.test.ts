import { expect, it } from '@jest/globals'
import type { SpokenLine } from '../contract/transcript.ts'
import { saidIn } from './part.ts'

it('of what was said a clip has only what lies wholly within it, as it was set right, and of whom those outside may hear', () => {
  const line = (n: number, at: number, over: Partial<SpokenLine> = {}): SpokenLine => ({
    ...{ n, callId: 'call', seat: 'visitor', role: 'visitor', speaker: null, at, until: at + 10 },
    ...{ text: `heard ${n}`, confidence: 0.4, engine: 'tiny', language: null, correction: null },
    ...over,
  })
  const correction = { text: 'Hello', by: 'Kian', at: 1 }
  const lines = [
    line(1, 95),
    line(2, 100),
    line(3, 120, { correction }),
    line(4, 130, { role: 'supervisor' }),
    line(5, 195),
  ]
  const told = { seat: 'visitor', role: 'visitor', speaker: null, callId: '', engine: 'tiny', language: null }
  expect(saidIn(lines, { from: 100, to: 200 })).toEqual([
    { ...told, n: 1, at: 100, until: 110, text: 'heard 2', confidence: 0.4, correction: null },
    { ...told, n: 2, at: 120, until: 130, text: 'Hello', confidence: null, correction: null },
  ])
})
