import { describe, expect, it } from '@jest/globals'
import { version } from 'uuid'
import { Id } from '../../server/contract/words.ts'
import { newId } from './new-id.ts'

describe('newId', () => {
  it('makes UUIDv7 that sort as they were made, even when the clock goes back', () => {
    const now = 1_790_000_000_000
    const ids = Array.from({ length: 10_000 }, (_, i) => newId(now + (i % 7) - 3))
    expect(new Set(ids).size).toBe(ids.length)
    expect([...ids].sort()).toEqual(ids)
    for (const id of ids.slice(0, 50)) {
      expect(version(id)).toBe(7)
      expect(Id.safeParse(id).success).toBe(true)
    }
    expect(Number.parseInt((ids[0] ?? '').replace('-', '').slice(0, 12), 16)).toBe(now - 3)
  })
})
