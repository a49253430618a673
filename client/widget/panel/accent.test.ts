import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { contrast } from '../../ui/contrast.ts'
import { accentTokens, mix } from './accent.ts'

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

describe('the site’s accent', () => {
  it('is readable whatever the site chose', () => {
    fc.assert(
      fc.property(colour, fc.constantFrom('light' as const, 'dark' as const), (accent, theme) => {
        const tokens = accentTokens(accent, theme)
        const surface = theme === 'light' ? '#ffffff' : '#171c22'
        const at = (name: string): string => tokens[name] ?? ''
        expect(contrast(at('--on-accent'), at('--accent'))).toBeGreaterThanOrEqual(4.5)
        expect(contrast(at('--accent-text'), at('--accent-soft'))).toBeGreaterThanOrEqual(4.5)
        expect(contrast(at('--accent-text'), surface)).toBeGreaterThanOrEqual(4.5)
      }),
    )
  })
  it('mixes', () => {
    expect(mix('#000000', '#ffffff', 0.5)).toBe('#808080')
  })
})
