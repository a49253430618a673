import { describe, expect, it } from '@jest/globals'
import { pageMatches } from './domain.ts'

describe('a pattern of pages', () => {
  it.each([
    ['/checkout', 'https://shop.example/checkout', true],
    ['/checkout', 'https://shop.example/checkout?step=2#card', true],
    ['/checkout', 'https://shop.example/checkout/card', false],
    ['/checkout/*', 'https://any.example/checkout/card', true],
    ['/*/card', 'https://shop.example/fa/pay/card', true],
    ['/*/card', 'https://shop.example/card', false],
    ['/#/pay*', 'https://shop.example/#/payment', true],
    ['/pay?step=card', 'https://shop.example/pay?step=card', true],
    ['/pay?step=card', 'https://shop.example/pay', false],
    ['https://pay.shop.example/*', 'https://pay.shop.example/', true],
    ['https://pay.shop.example/*', 'https://evil.example/?https://pay.shop.example/', false],
    ['*', 'https://shop.example/', true],
    ['/a*a', 'https://shop.example/a', false],
    ['/a.b', 'https://shop.example/axb', false],
    ['/*', 'no address', false],
  ])('%s and %s: %s', (pattern, address, fits) => {
    expect(pageMatches(pattern, address)).toBe(fits)
  })
  it('is looked for without going back, however many stars it has', () => {
    const begun = performance.now()
    pageMatches(`/${'*a'.repeat(140)}b`, `https://shop.example/${'a'.repeat(2_000)}`)
    expect(performance.now() - begun).toBeLessThan(50)
  })
})
