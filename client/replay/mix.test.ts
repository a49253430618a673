import { describe, expect, it } from '@jest/globals'
import { even, gainOf, isHeard, withHeard, withSolo, withVolume } from './mix.ts'

describe('whom one hears', () => {
  it('is everybody as recorded, to begin with', () => {
    expect(gainOf(even, 'visitor')).toBe(1)
    expect(gainOf(even, 'agent')).toBe(1)
  })

  it('keeps the volume of a silenced voice for when it is heard again', () => {
    const quiet = withHeard(withVolume(even, 'agent', 1.5), 'agent', false)
    expect(gainOf(quiet, 'agent')).toBe(0)
    expect(gainOf(quiet, 'visitor')).toBe(1)
    expect(gainOf(withHeard(quiet, 'agent', true), 'agent')).toBe(1.5)
  })

  it('is one alone in a solo, even one that was silenced, and after it as before', () => {
    const before = withHeard(even, 'agent', false)
    const solo = withSolo(before, 'agent')
    expect([isHeard(solo, 'agent'), isHeard(solo, 'visitor')]).toEqual([true, false])
    expect([gainOf(solo, 'agent'), gainOf(solo, 'visitor')]).toEqual([1, 0])
    const other = withSolo(solo, 'visitor')
    expect([isHeard(other, 'agent'), isHeard(other, 'visitor')]).toEqual([false, true])
    expect(withSolo(other, 'visitor')).toEqual(before)
  })

  it('is told otherwise by hand: that ends a solo', () => {
    expect(isHeard(withHeard(withSolo(even, 'agent'), 'visitor', true), 'visitor')).toBe(true)
  })

  it('is never louder than twice, nor less than nothing', () => {
    expect(gainOf(withVolume(even, 'agent', 9), 'agent')).toBe(2)
    expect(gainOf(withVolume(even, 'agent', -1), 'agent')).toBe(0)
  })
})
