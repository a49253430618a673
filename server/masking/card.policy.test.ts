import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { findCards } from './card.policy.ts'

/** With its check digit. */
function card(digits: string): string {
  const sum = [...digits].reduceRight((total, digit, at) => {
    const twice = (digits.length - 1 - at) % 2 === 0 ? Number(digit) * 2 : Number(digit)
    return total + (twice > 9 ? twice - 9 : twice)
  }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

const scripts = ['0123456789', '۰۱۲۳۴۵۶۷۸۹', '٠١٢٣٤٥٦٧٨٩', '０１２３４５６７８９']
const inScript = (digits: string, script: number) =>
  digits.replace(/\d/g, (digit) => scripts[script]?.[Number(digit)] ?? digit)
const gap = fc.constantFrom('', ' ', '-', '\u200c', ' - ', '\u00a0', '\u2013', '\u200f \u200e', '.', '\u2066')
const found = (text: string) => findCards(text).map(({ from, to }) => text.slice(from, to))

describe('card numbers in a text', () => {
  it('are found in any digits, split by anything but words, among words', () => {
    const number = fc.tuple(
      fc.constantFrom('3', '4', '5', '6', '9', '2'),
      fc.stringMatching(/^\d{11,17}$/),
      fc.array(gap, { minLength: 20, maxLength: 20 }),
      fc.nat(3),
    )
    fc.assert(
      fc.property(number, ([first, others, gaps, script]) => {
        const digits = card(first + others)
        const typed = [...inScript(digits, script)].map((digit, at) => digit + (gaps[at] ?? '')).join('')
        const text = `کارت من: ${typed} است, thanks`
        const all = found(text).join('')
        for (const digit of inScript(digits, script)) expect(all).toContain(digit)
        expect([...all].filter((char) => /\p{Nd}/u.test(char))).toHaveLength(digits.length)
      }),
      { numRuns: 500 },
    )
  })

  it('are found with a security code and an expiry beside them', () => {
    const digits = card('603799112233445')
    expect(found(`${digits} 123 12/27`)).toEqual([digits])
    expect(found(`${digits.replace(/(.{4})/g, '$1 ')}123`)).toEqual([digits.replace(/(.{4})(?!$)/g, '$1 ')])
    expect(found(`${digits}123`)).toEqual([digits])
    expect(found(`4539 1488 0343 6467 and 3782 822463 10005`)).toEqual([
      '4539 1488 0343 6467',
      '3782 822463 10005',
    ])
    expect(found('code 12 4539148803436467')).toEqual(['4539148803436467'])
  })

  it.each([
    [
      'the stroke that lengthens letters, which Persian keyboards have beside the dash',
      '۴۵۳۹ـ۱۴۸۸ـ۰۳۴۳ـ۶۴۶۷',
    ],
    ['middle dots', '4539·1488·0343·6467'],
  ])('are found with %s between them', (_, typed) => {
    expect(found(typed)).toEqual([typed])
  })

  it.each([
    'order 4539148803436468',
    'call +98 912 345 6789',
    'on 2026-11-29 at 13:50',
    '0000 0000 0000 0000',
    '1234567',
    'a4b5c3d9e1f4g8h8i0j3k4l3m6n4o6p7',
    '',
  ])('are not seen where there are none: %s', (text) => {
    expect(findCards(text)).toEqual([])
  })

  it('cost no time however long the text is', () => {
    const begun = performance.now()
    findCards('4 '.repeat(4_000))
    findCards('4'.repeat(8_000))
    expect(performance.now() - begun).toBeLessThan(500)
  })
})
