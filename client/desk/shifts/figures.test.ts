import { describe, expect, it } from '@jest/globals'
import type { Shift } from '../../../server/contract/shifts.ts'
import { createI18n } from '../../i18n/i18n.ts'
import { asHours, columnsOf, presentOf, sumOf, windowOfAll } from './figures.ts'

const HOUR = 3_600_000
const nothing = { available: 0, busy: 0, away: 0, wrapUp: 0, notResponding: 0, offline: 0 }
const shift = (id: string, from: number, to: number, notResponding = 0): Shift => ({
  ...{ person: { id, name: id }, team: null, statuses: [] },
  shift: { from: from * HOUR, to: to * HOUR, before: false, on: false },
  sums: {
    ...{ statusMs: { ...nothing, available: (to - from) * HOUR, notResponding } },
    ...{ loggedInMs: (to - from) * HOUR + notResponding, away: [] },
  },
})
const absent: Shift = { ...shift('absent', 0, 0), shift: null }
const day = { from: 0, to: 24 * HOUR }

describe('the table of shifts', () => {
  it('shows the hours in which anybody was here', () => {
    const hours = (people: Shift[]) => {
      const { from, to } = windowOfAll({ ...day, people })
      return [from / HOUR, to / HOUR]
    }
    expect(hours([shift('a', 8.5, 12), shift('b', 13, 20.5), absent])).toEqual([8, 21])
    expect(hours([shift('a', 9, 10)])).toEqual([9, 17])
    expect(hours([absent])).toEqual([0, 24])
  })

  it('adds up those who were, and has a column for not responding where anybody was that', () => {
    const two = presentOf({ people: [shift('a', 8, 12), shift('b', 13, 20), absent] })
    expect([two.length, sumOf(two, 'loggedIn') / HOUR, sumOf(two, 'available') / HOUR]).toEqual([2, 11, 11])
    expect(columnsOf(two)).not.toContain('notResponding')
    expect(columnsOf(presentOf({ people: [shift('a', 8, 12, 60_000)] }))).toContain('notResponding')
  })

  it('writes lengths as hours and minutes, in the reader’s digits', () => {
    const at = (minutes: number) => minutes * 60_000
    const english = createI18n('en', {})
    expect([at(0.4), at(5), at(59.6), at(425), at(6_000)].map((ms) => asHours(english, ms))).toEqual([
      ...['0:00', '0:05', '1:00', '7:05', '100:00'],
    ])
    expect(asHours(createI18n('fa', {}), at(425))).toBe('۷:۰۵')
  })
})
