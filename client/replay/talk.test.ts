import { describe, expect, it } from '@jest/globals'
import type { SeatId } from '../../server/conversation/conversation.ts'
import { quietIn, talkIn } from './talk.ts'

const T = 1_800_000_000_000
/** A sign is 100 ms: `#` loud. */
const voice = (seat: SeatId, signs: string, from = T) => ({
  ...{ seat, from, stepMs: 100 },
  peaks: Uint8Array.from(signs, (sign) => (sign === '#' ? 90 : 3)),
})
const span = (from: number, to: number, start = T) => ({ from: start + from, to: start + to })

describe('who spoke when', () => {
  it('is where the loudness says so, a breath being part of it', () => {
    const { speech } = talkIn([voice('visitor', '..####..##......#'), voice('agent', '.................')])
    expect(speech.get('visitor')).toEqual([span(200, 1_000), span(1_600, 1_700)])
    expect(speech.get('agent')).toEqual([])
  })

  it('tells talking over from a nod', () => {
    const { over } = talkIn([voice('visitor', '##########'), voice('agent', '###..#####')])
    expect(over).toEqual([span(500, 1_000)])
  })

  it('takes nobody for talked over by what they do not hear', () => {
    const aside = { ...voice('agent aside', '##########'), aside: true }
    const { over, silences } = talkIn([voice('visitor', '##########'), aside])
    expect([over, silences]).toEqual([[], []])
  })

  it('is silent where nobody spoke for three seconds, in each call by itself', () => {
    const quiet = '.'.repeat(30)
    const later = T + 60_000
    const { silences } = talkIn([
      voice('visitor', `##${quiet}##`),
      voice('agent', `..${quiet}..`),
      voice('visitor', `#${quiet.slice(1)}`, later),
      voice('agent', `.${quiet}`, later),
    ])
    expect(silences).toEqual([span(200, 3_200), span(100, 3_100, later)])
  })
})

describe('what can be left out', () => {
  it('is also where a call ran and nothing was recorded: nobody was connected', () => {
    const silence = span(50_000, 60_000)
    const calls = [span(0, 100_000), span(300_000, 302_000)]
    const recorded = [span(40_000, 60_000), span(5_000, 10_000), span(70_000, 98_000)]
    expect(quietIn([silence], calls, recorded)).toEqual([
      span(0, 5_000),
      span(10_000, 40_000),
      // On from a silence into what is missing.
      span(50_000, 70_000),
    ])
    expect(quietIn([], [span(0, 100_000)], [])).toEqual([span(0, 100_000)])
    expect(quietIn([], [span(0, 9_000)], [span(0, 9_000)])).toEqual([])
  })
})
