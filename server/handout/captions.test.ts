import { describe, expect, it } from '@jest/globals'
import type { WireEvent } from '../contract/events.ts'
import { asText, asVtt, saidIn } from './captions.ts'

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
      '',
      '--> & more [bill.pdf]',
      '[2026-01-01T00:00:02.500Z] Sara <b> (Заметка): careful',
      '[2026-01-01T01:00:00.000Z] Sara <b>: bye',
      '',
    ])
  })

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
