import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { compilePattern, find } from './pattern.policy.ts'
import { folded, parsePattern, PatternFault } from './pattern-syntax.policy.ts'

const found = (pattern: string, text: string) =>
  find(compilePattern(pattern), folded(text)).map(({ from, to }) => text.slice(from, to))

describe('an operator’s pattern', () => {
  it.each([
    ['\\bORD-\\d{6}\\b', 'my ord-123456, not ORD-1234567', ['ord-123456']],
    ['\\d{10}', 'کد ملی ۰۰۱۲۳۴۵۶۷۸ و ٠٠١٢٣٤٥٦٧٨', ['۰۰۱۲۳۴۵۶۷۸', '٠٠١٢٣٤٥٦٧٨']],
    ['[a-f0-9]{4}(-[a-f0-9]{4})+', 'DEAD-BEEF-0001!', ['DEAD-BEEF-0001']],
    ['пароль:? \\S+', 'Пароль: тайна1 ok', ['Пароль: тайна1']],
    ['كد', 'کد', ['کد']],
    ['a|ab|abc', 'xabcab', ['abc', 'ab']],
    ['(?:x\\D)?[^\\s,]+@\\w+\\.\\w+', 'to a.b@c.de, x', ['a.b@c.de']],
    ['\\[x\\]', 'a[x]b', ['[x]']],
    ['[]a-]+', 'b]a-]c', [']a-]']],
    ['😀.', 'a😀b', ['😀b']],
  ])('%s in %s', (pattern, text, all) => {
    expect(found(pattern, text)).toEqual(all)
  })

  it.each([
    'a*',
    '(a|b?)',
    '\\b',
    '(?=a)b',
    '(a)\\1',
    'a**',
    '(a',
    'a)',
    '[a',
    'a{101}',
    'a{3,2}',
    '^a',
    '\\q',
    '((a{60}){60}){9}',
    '*a',
    '[z-a]',
    '',
  ])('%s is refused', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(PatternFault)
  })

  it('finds what the language’s own expressions find, where they agree on the longest', () => {
    const piece = fc.constantFrom('a', 'b', '\\d', '[ab]', '(ab)', '(?:a|b)', '.', '[^a]', '\\w', '\\s')
    const repeat = fc.constantFrom('', '', '?', '+', '*', '{2}', '{1,3}', '{2,}')
    const pattern = fc
      .array(
        fc.tuple(piece, repeat).map(([one, times]) => one + times),
        { minLength: 1, maxLength: 4 },
      )
      .map((pieces) => pieces.join(''))
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', 'c'), maxLength: 24 })
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        let compiled
        try {
          compiled = compilePattern(source)
        } catch {
          return
        }
        // Without alternatives of different length the greedy match is the longest.
        const wanted = [...subject.matchAll(new RegExp(source, 'gu'))].map(({ 0: whole, index }) => [
          index,
          whole.length,
        ])
        const got = find(compiled, subject).map(({ from, to }) => [from, to - from])
        expect(got.map(([from]) => from)[0]).toBe(wanted.map(([from]) => from)[0])
        expect(got[0]?.[1] ?? 0).toBeGreaterThanOrEqual(wanted[0]?.[1] ?? 0)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(['(a+)+b', '(a|a)*b', '(.*)*x', '(\\w+\\s?)+$'.replace('$', '!'), 'a{1,100}b', '.*.*.*z'])(
    '%s is not slow on any text',
    (pattern) => {
      const compiled = compilePattern(pattern)
      const begun = performance.now()
      for (const text of ['a'.repeat(8_000), 'ab '.repeat(2_666), '0'.repeat(8_000)]) find(compiled, text)
      expect(performance.now() - begun).toBeLessThan(6_000)
    },
  )

  it('is known to be wrong at a place', () => {
    expect(() => parsePattern('ab(c')).toThrow('not closed')
  })
})
