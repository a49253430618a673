import { describe, expect, it } from '@jest/globals'
import type { SpokenLine } from '../../server/contract/transcript.ts'
import type { TimelineItem } from '../model/timeline-item.ts'
import { isUnsure, withSpoken } from './spoken.ts'

const line = (n: number, at: number, over: Partial<SpokenLine> = {}): SpokenLine => ({
  ...{
    n,
    callId: 'c',
    seat: 'visitor',
    role: 'visitor',
    speaker: null,
    at,
    until: at + 500,
    text: `said ${n}`,
  },
  ...{ confidence: null, engine: 'tiny', language: 'en', correction: null },
  ...over,
})
const day: TimelineItem = { kind: 'day', key: 'd', at: 0 }
const bubbles = (...times: number[]): TimelineItem => ({
  ...{ kind: 'bubbles', key: `b${times[0]}`, at: times[0] ?? 0, side: 'agent', name: 'Ana', mine: true },
  bubbles: times.map((at) => ({
    ...{ key: `b${at}`, seq: at, clientId: null, at, text: 'hi', attachments: [], delivery: 'sent' },
  })),
})
const keys = (items: readonly TimelineItem[]) =>
  items.map((item) => (item.kind === 'bubbles' ? item.bubbles.map(({ key }) => key).join('+') : item.key))

describe('withSpoken', () => {
  it('puts each line where it was said, also between two messages of one group', () => {
    const items = [day, bubbles(10, 20, 30), bubbles(90)]
    const whole = withSpoken(items, [line(2, 15), line(1, 40), line(3, 100)])
    expect(keys(whole)).toEqual(['d', 'b10', 'said 2', 'b20+b30', 'said 1', 'b90', 'said 3'])
    expect(new Set(whole.map(({ key }) => key)).size).toBe(whole.length)
    expect(keys(withSpoken(items, []))).toEqual(['d', 'b10+b20+b30', 'b90'])
    expect(keys(items)).toEqual(['d', 'b10+b20+b30', 'b90'])
  })

  it('knows where the same person goes on', () => {
    const ana = { seat: 'agent', role: 'agent', speaker: 'Ana' } as const
    const whole = withSpoken(
      [],
      [line(1, 1), line(2, 2), line(3, 3, ana), line(4, 4, { ...ana, speaker: 'Bo' })],
    )
    expect(whole.map((item) => item.kind === 'spoken' && item.goesOn)).toEqual([false, true, false, false])
  })
})

it('what somebody has set right is sure', () => {
  const correction = { text: 'x', by: 'Ana', at: 1 }
  expect(
    [{ confidence: 0.3 }, { confidence: 0.9 }, {}, { confidence: 0.3, correction }].map((over) =>
      isUnsure(line(1, 1, over)),
    ),
  ).toEqual([...[true, false, false, false]])
})
