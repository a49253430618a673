import { describe, expect, it } from '@jest/globals'
import { answeredIn, answeredSince } from './proof.ts'

const report = (pair: string, answers: Record<string, number | undefined>) =>
  new Map<string, unknown>([
    ['T', { type: 'transport', selectedCandidatePairId: pair }],
    ...Object.entries(answers).map(([id, responsesReceived]): [string, unknown] => [
      id,
      { id, type: 'candidate-pair', responsesReceived, nominated: !id.endsWith('?') },
    ]),
  ]) as unknown as RTCStatsReport

async function looksUntilProven(reports: RTCStatsReport[]): Promise<number> {
  let looks = 0
  const look = () => Promise.resolve(reports[looks++] as RTCStatsReport)
  await answeredSince(answeredIn(report('old', { old: 3 })), look, () => looks === reports.length)
  return looks
}

describe('proof that the other end is reached', () => {
  it('is a further answer, or any on a new pair', async () => {
    const silent = report('old', { old: 3 })
    expect(await looksUntilProven([silent, silent, report('old', { old: 4 }), silent])).toBe(3)
    expect(await looksUntilProven([silent, report('new', { old: 3, new: 1 }), silent])).toBe(2)
  })

  it('is not a new pair that nobody has answered on, nor one without a use, nor one that is not told', async () => {
    expect(await looksUntilProven([report('new?', { 'new?': 5 }), report('new', { new: 6 })])).toBe(2)
    const unanswered = report('new', { old: 3, new: 0 })
    const unused = report('old', { old: 3, new: 1 })
    expect(await looksUntilProven([unanswered, unused, unanswered])).toBe(3)
  })

  it('is read from the pair that Firefox marks, and not asked for where a browser does not count', () => {
    const marked = { id: 'a', type: 'candidate-pair', selected: true, responsesReceived: 2, nominated: true }
    expect(answeredIn(new Map([['a', marked]]) as unknown as RTCStatsReport)).toEqual({
      pair: 'a',
      answers: 2,
      nominated: true,
    })
    expect(answeredIn(report('a', { a: undefined }))).toBeNull()
  })
})
