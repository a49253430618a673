import { describe, expect, it } from '@jest/globals'
import { type Cursor, readCursor, writeCursor } from './cursor.policy.ts'

const id = '01890000-0000-7000-8000-000000000000'

describe('where a page ends', () => {
  it.each<Cursor>([
    { of: 'conversations', lastAt: 17, id },
    { of: 'lines', at: 17, id, kind: 2, n: 40, alike: false },
    { of: 'lines', at: 17, id, kind: 2, n: 40, alike: true },
    { of: 'best', skip: 30, until: 99, since: 11, alike: false },
    { of: 'best', skip: 30, until: 99, since: 11, alike: true },
  ])('comes back as it went: %o', (cursor) => {
    expect(readCursor(writeCursor(cursor))).toEqual(cursor)
  })

  it.each([
    '',
    'x',
    'c.1',
    `c.-1.${id}`,
    `C.1.${id}`,
    `c.1.${id}.2`,
    `l.1.${id}.x.1`,
    'b.10001.1.1',
    'b.1.1',
    'b.1.1.1.1',
    `c.1.' or 1=1 --`,
  ])('is none that we gave: %s', (text) => {
    expect(readCursor(text)).toBeNull()
  })
})
