import { describe, expect, it } from '@jest/globals'
import { emptyFilter, queryOf } from './filter.ts'

describe('the query of the list', () => {
  it('says nothing where nothing is asked', () => {
    expect(queryOf(emptyFilter, null).toString()).toBe('')
  })

  it('takes whole days in the reader’s zone', () => {
    const query = queryOf({ ...emptyFilter, from: '2026-02-28', to: '2026-02-28' }, null)
    const length = Number(query.get('to')) - Number(query.get('from'))
    expect(length).toBe(24 * 3_600_000)
    expect(new Date(Number(query.get('from'))).getHours()).toBe(0)
  })

  it('names agent, medium and the page before, and drops what is no day', () => {
    const query = queryOf({ from: 'soon', to: '', agent: 'a1', medium: 'voice' }, 'cursor')
    expect(Object.fromEntries(query)).toEqual({ before: 'cursor', agent: 'a1', medium: 'voice' })
  })
})
