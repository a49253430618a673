import { describe, expect, it } from '@jest/globals'
import { givenAway } from '../transcript/said.policy.ts'
import type { WireEvent } from '../contract/events.ts'
import type { SpokenLine } from '../contract/transcript.ts'
import { asText, asVtt, saidIn, spokenIn, together } from './captions.ts'

const at = Date.UTC(2026, 0, 1)
const agent = { kind: 'agent', id: 'x', name: 'Sara <b>' } as const
const file = { id: 'f', name: 'bill.pdf', type: 'application/pdf', bytes: 3 }
const events: WireEvent[] = [
  { seq: 1, at, actor: { kind: 'visitor' }, type: 'started', v: 1, payload: { locale: 'en' } },
  {
    ...{ seq: 2, at: at + 1_000, actor: { kind: 'visitor' }, type: 'message', v: 1 },
    payload: { text: 'a < b\n\n--> & more', attachments: [file] },
  },
  { seq: 3, at: at + 2_500, actor: agent, type: 'note', v: 1, payload: { text: 'careful' } },
  { seq: 4, at: at + 3_600_000, actor: agent, type: 'message', v: 1, payload: { text: 'bye' } },
]

describe('what was written', () => {
  it('is told line by line with who wrote it and when', () => {
    expect(asText(saidIn(events, null, 'ru'), 'ru').split('\n')).toEqual([
      '[2026-01-01T00:00:01.000Z] Посетитель: a < b',
      '    ',
      '    --> & more [bill.pdf]',
      '[2026-01-01T00:00:02.500Z] Sara <b> (Заметка): careful',
      '[2026-01-01T01:00:00.000Z] Sara <b>: bye',
      '',
    ])
  })

  it.each(['\n', '\r', '\r\n', '\u2028', '\u0085'])(
    'cannot be written as what another said, by %j',
    (end) => {
      const forged = `Hello${end}[2026-01-01T00:00:01.000Z] Sara: You get it back`
      const text = asText([{ at, who: `Ada${end}[x] Sara`, text: forged, note: false }], 'en')
      expect(text.split(/[\n\r\u2028\u0085]/).filter((line) => line.startsWith('['))).toHaveLength(1)
    },
  )

  it('becomes cues that follow one another, in which nothing is markup', () => {
    const said = saidIn(events, 'Ada', 'en')
    const vtt = asVtt(said, { zero: at, end: Number.POSITIVE_INFINITY, locale: 'en' })
    expect(vtt.split('\n')).toEqual([
      ...['WEBVTT', '', '00:00:01.000 --> 00:00:02.500'],
      ...['<v Ada>a &lt; b', '--&gt; &amp; more [bill.pdf]', ''],
      ...['00:00:02.500 --> 00:00:08.500', '<v Sara &lt;b&gt; (Note)>careful', ''],
      ...['01:00:00.000 --> 01:00:06.000', '<v Sara &lt;b&gt;>bye', ''],
    ])
  })

  it('is told only within a call, by its time', () => {
    const said = saidIn(events, 'Ada', 'en')
    const vtt = asVtt(said, { zero: at + 2_000, end: at + 9_000, locale: 'en' })
    expect(vtt).toBe('WEBVTT\n\n00:00:00.500 --> 00:00:06.500\n<v Sara &lt;b&gt; (Note)>careful\n')
  })
})

it('what was said stands among it as long as it took, and as it was set right', () => {
  const line = (n: number, from: number, over: Partial<SpokenLine>): SpokenLine => ({
    ...{
      n,
      callId: 'c',
      seat: 'visitor',
      role: 'visitor',
      speaker: null,
      text: `heard ${n}`,
      engine: 'tiny',
    },
    ...{ at: at + from, until: at + from + 4_000, confidence: null, language: null, correction: null },
    ...over,
  })
  const correction = { text: 'Hello there', by: 'Kian', at }
  const spoken = [
    line(1, 500, { correction }),
    line(2, 1_500, { speaker: 'Sara', seat: 'agent', role: 'agent' }),
    line(3, 1_600, { correction: { ...correction, text: '' } }),
    line(4, 1_700, { role: 'supervisor', seat: 's1', speaker: 'Kian' }),
  ]
  const said = together(
    saidIn(events.slice(0, 3), 'Ada', 'en'),
    spokenIn(givenAway(spoken, { supervisors: false }), null, 'en'),
  )
  const vtt = asVtt(said, { zero: at, end: at + 2_000, locale: 'en' })
  expect(vtt.split('\n').filter((part) => part.includes('-->') || part.startsWith('<v'))).toEqual([
    ...['00:00:00.500 --> 00:00:04.500', '<v Visitor>Hello there'],
    ...['00:00:01.000 --> 00:00:02.500', '<v Ada>a &lt; b'],
    ...['00:00:01.500 --> 00:00:05.500', '<v Sara>heard 2'],
  ])
})
