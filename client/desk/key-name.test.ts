import { describe, expect, it } from '@jest/globals'
import { keyName } from './key-name.ts'

const pressed = (key: string, code: string, held: 'altKey' | 'shiftKey' | null = null) =>
  keyName({ key, code, altKey: held === 'altKey', shiftKey: held === 'shiftKey' })

describe('the name of a key', () => {
  it('is what it writes', () => {
    expect(pressed('k', 'KeyK')).toBe('k')
    expect(pressed('?', 'Slash', 'shiftKey')).toBe('?')
    // Dvorak and AZERTY.
    expect(pressed('t', 'KeyK')).toBe('t')
    expect(pressed('0', 'Digit0', 'shiftKey')).toBe('0')
    expect(pressed('Escape', 'Escape')).toBe('Escape')
  })

  it('is its place where it writes another alphabet', () => {
    expect(pressed('л', 'KeyK')).toBe('k')
    expect(pressed('Л', 'KeyK', 'shiftKey')).toBe('k')
    expect(pressed('х', 'BracketLeft')).toBe('[')
    expect(pressed('ن', 'KeyK')).toBe('k')
    expect(pressed('۰', 'Digit0')).toBe('0')
    expect(pressed('؟', 'Slash', 'shiftKey')).toBe('?')
  })

  it('is its place with Alt, and tells arrows with Shift', () => {
    expect(pressed('˜', 'KeyN', 'altKey')).toBe('Alt+N')
    expect(pressed('1', 'Digit1', 'altKey')).toBe('Alt+1')
    expect(pressed('ArrowUp', 'ArrowUp', 'altKey')).toBe('Alt+ArrowUp')
    expect(pressed('ArrowLeft', 'ArrowLeft', 'shiftKey')).toBe('Shift+ArrowLeft')
  })
})
