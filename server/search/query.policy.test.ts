import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { distance, findsAnything, isAlike, parseQuery, swapped, toTsquery } from './query.policy.ts'

const read = (text: string) =>
  parseQuery(text)
    .map(({ words, not }) => (not ? '-' : '') + words.join('+'))
    .join(' ')

describe('a query', () => {
  it.each([
    ['red  shoes', 'red shoes'],
    ['"red shoes" new', 'red+shoes new'],
    ['«پیش پرداخت»', 'پیش+پرداخت'],
    ['red -shoes new', 'red -shoes new'],
    ['-pre-paid, new', '-pre+paid new'],
    ['آبی -بزرگ تر نو', 'ابی -بزرگ نو'],
    ['red -"two words"', 'red -two+words'],
    ['ali@example.com', 'ali+example+com'],
    ['pre-paid', 'pre+paid'],
    ['می خواهم', 'خواهم'],
    ['"open', 'open'],
    [`' & | ! ( ) : * <-> \\`, ''],
    ['-', ''],
  ])('%s', (text, terms) => {
    expect(read(text)).toBe(terms)
  })

  it('takes no more words than narrow it', () => {
    expect(parseQuery('a '.repeat(99))).toHaveLength(16)
  })

  it('finds nothing by what is left out alone', () => {
    expect(findsAnything(parseQuery('-shoes'))).toBe(false)
    expect(findsAnything(parseQuery('-shoes red'))).toBe(true)
  })

  it('is asked with the block’s sign at each word', () => {
    const sought = [
      { words: [['red', 'rad'], ['shoe']], not: false },
      { words: [['new']], not: true },
    ]
    expect(toTsquery(sought, '2s')).toBe("(('2s:red'|'2s:rad')<->'2s:shoe')&!('2s:new')")
  })

  it('has words without signs that mean something to the database, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const { words } of parseQuery(text)) expect(words.join('')).not.toMatch(/['\\\s&|!():*<>]/u)
      }),
    )
  })
})

describe('a mistyped word', () => {
  it.each([
    ['refund', 'refund', 0],
    ['refnud', 'refund', 1],
    ['delivry', 'delivery', 1],
    ['доствка', 'доставка', 1],
    ['سفارس', 'سفارش', 1],
    ['', 'abc', 3],
  ])('%s is so far from %s', (a, b, far) => {
    expect(distance(a, b)).toBe(far)
    expect(distance(b, a)).toBe(far)
  })

  it('may have any two neighbours exchanged', () => {
    expect(swapped('abc')).toEqual(['bac', 'acb'])
    expect(swapped('')).toEqual([])
  })

  it('may differ more, the longer it is', () => {
    expect(isAlike('card', 'cart')).toBe(true)
    expect(isAlike('card', 'tart')).toBe(false)
    expect(isAlike('guarantee', 'garantie')).toBe(true)
  })
})
