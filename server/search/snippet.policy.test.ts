import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Hit, snippet } from './snippet.policy.ts'

describe('what is shown of a line', () => {
  it('is all of a short one, on one line', () => {
    expect(snippet('one\ntwo', [[4, 7]])).toEqual({ text: 'one two', hits: [[4, 7]], cut: [false, false] })
  })

  it('is the part round the first hit of a long one, in whole words', () => {
    const text = `${'before '.repeat(100)}HERE ${'after '.repeat(100)}`
    const at = text.indexOf('HERE')
    const shown = snippet(text, [[at, at + 4]])
    expect(shown.cut).toEqual([true, true])
    expect(shown.text).toMatch(/^before before .* HERE after .* after$/)
    expect(shown.hits.map(([from, to]) => shown.text.slice(from, to))).toEqual(['HERE'])
  })

  it('never cuts a sign in two, and keeps hits where they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('🙂', 'ab', ' ', 'ی'), { maxLength: 900 }),
        fc.nat(900),
        (parts, at) => {
          const text = `${parts.slice(0, at).join('')}X${parts.slice(at).join('')}`
          const from = text.indexOf('X')
          const shown = snippet(text, [[from, from + 1] as Hit])
          expect(shown.text.isWellFormed()).toBe(true)
          expect(shown.hits.map(([a, b]) => shown.text.slice(a, b))).toEqual(['X'])
        },
      ),
    )
  })
})
