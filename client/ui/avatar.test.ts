import { describe, expect, it } from '@jest/globals'
import { initials } from './avatar.tsx'

describe('initials', () => {
  it.each([
    ['Sara Moradi', 'SM'],
    ['  ivan  ', 'I'],
    ['سارا مرادی', 'سم'],
    ['\u2068سارا\u2069 \u2068مرادی\u2069', 'سم'],
    ['\u2068بازدیدکنندهٔ\u2069 \u2068A684\u2069', ''],
    ['\u200fآوا', 'آ'],
  ])('of %j are %j, without the marks that steer the line', (name, expected) => {
    expect(initials(name)).toBe(expected)
  })
})
