import { describe, expect, it } from '@jest/globals'
import { compileRules } from '../masking/masking.policy.ts'
import { maskLines, speakerAt } from './said.policy.ts'

describe('maskLines', () => {
  const rules = compileRules([
    { what: 'pattern', name: 'Code', pattern: 'AB\\d{4}', mode: 'hide', keepLast: 0 },
  ])
  const texts = (...lines: string[]) =>
    maskLines(
      lines.map((text) => ({ text })),
      rules,
    ).map(({ text }) => text)

  it('finds a card number that was read out over several lines', () => {
    expect(texts('It is 4111 1111', '1111', '1111. Right?')).toEqual([
      'It is •••• ••••',
      '••••',
      '••••. Right?',
    ])
  })

  it('masks for good what a rule hides, and nothing else', () => {
    expect(texts('The code is AB1234', 'and I am 12')).toEqual(['The code is ••••••', 'and I am 12'])
  })
})

it('speakerAt knows who sat at the agent’s side at that moment, and who came besides', () => {
  const comings = [
    { at: 10, seat: 'agent', name: 'Ana' },
    { at: 20, seat: 'agent', name: 'Bo' },
    { at: 15, seat: 'g1', name: 'Guest' },
  ]
  expect([5, 19, 20].map((at) => speakerAt(comings, 'agent', at))).toEqual(['Ana', 'Ana', 'Bo'])
  expect(speakerAt(comings, 'g1', 30)).toBe('Guest')
  expect(speakerAt(comings, 'visitor', 30)).toBeNull()
})
