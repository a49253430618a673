import { describe, expect, it } from '@jest/globals'
import { differences, merge } from './merge.ts'
import { same, valueAt, withValueAt } from './path.ts'

describe('a place in a body', () => {
  const body = { name: 'Sales', rings: [{ afterMs: 1 }, { afterMs: 2 }], ageing: null }
  it('is read and changed, and nothing beside it', () => {
    expect(valueAt(body, 'rings.1.afterMs')).toBe(2)
    expect(valueAt(body, 'ageing.step')).toBeUndefined()
    expect(withValueAt(body, 'rings.1.afterMs', 9)).toEqual({
      ...body,
      rings: [{ afterMs: 1 }, { afterMs: 9 }],
    })
    expect(withValueAt(body, 'ageing.step', 1)).toEqual({ ...body, ageing: { step: 1 } })
    expect(withValueAt(body, '', 'x')).toBe('x')
  })
  it('is the same whatever the order of names', () => {
    expect(same({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true)
    expect(same({ a: [] }, { a: {} })).toBe(false)
    expect(same({ a: undefined }, {})).toBe(true)
    expect(same(null, {})).toBe(false)
  })
})

describe('differences', () => {
  it('are single values with their place; a list is one', () => {
    const before = { name: 'a', texts: { en: { greeting: 'Hi' } }, list: [1] }
    const after = { name: 'a', texts: { en: { greeting: 'Hello' } }, list: [1, 2] }
    expect(differences(before, after)).toEqual([
      { path: 'texts.en.greeting', before: 'Hi', after: 'Hello' },
      { path: 'list', before: [1], after: [1, 2] },
    ])
    expect(differences(null, { name: 'a' })).toEqual([{ path: 'name', before: undefined, after: 'a' }])
    expect(differences({ a: { b: 1 } }, { a: null })).toEqual([{ path: 'a.b', before: 1, after: undefined }])
  })
})

describe('what two people changed', () => {
  const base = { name: 'Sales', priority: 1, maxLength: null }
  it('goes together where they changed different things', () => {
    const { body, taken, both } = merge(base, { ...base, name: 'Shop' }, { ...base, priority: 5 })
    expect(body).toEqual({ name: 'Shop', priority: 5, maxLength: null })
    expect(taken.map(({ path }) => path)).toEqual(['priority'])
    expect(both).toEqual([])
  })
  it('keeps mine where both changed the same, and says what they wrote', () => {
    const { body, both } = merge(base, { ...base, name: 'Shop' }, { ...base, name: 'Store' })
    expect(body).toEqual({ ...base, name: 'Shop' })
    expect(both).toEqual([{ path: 'name', before: 'Sales', after: 'Store' }])
  })
  it('is nothing where both did the same', () => {
    const changed = { ...base, name: 'Shop' }
    expect(merge(base, changed, changed)).toEqual({ body: changed, taken: [], both: [] })
  })
})
