import { describe, expect, it } from '@jest/globals'
import { createSeal } from './seal.ts'

const seal = createSeal('test-only-'.repeat(5), 'tests')

describe('a sealed text', () => {
  it('comes back as it went, and looks like another one each time', () => {
    expect(seal.open(seal.close('ژانویه 17'))).toBe('ژانویه 17')
    expect(seal.close('the same')).not.toBe(seal.close('the same'))
  })

  it('is nothing when it was altered, cut, or closed by somebody else or for something else', () => {
    const sealed = seal.close('c.17.some-id')
    const altered = `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`
    const others = [
      createSeal('another-'.repeat(6), 'tests').close('c.17.some-id'),
      createSeal('test-only-'.repeat(5), 'fleet').close('c.17.some-id'),
    ]
    for (const wrong of ['', 'x', sealed.slice(0, 20), altered, ...others])
      expect(seal.open(wrong)).toBeNull()
  })
})
