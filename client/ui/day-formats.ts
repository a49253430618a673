import { useMemo } from 'react'
import type { Locale } from '../../server/contract/words.ts'
import { fullDay, tags } from '../i18n/i18n.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { type Calendar, instantOf, monthOf, weekdayOf } from './days.ts'

/** `weekStart`: 0 Sunday to 6 Saturday. */
const ways: Record<Locale, { calendar: Calendar; weekStart: number }> = {
  en: { calendar: 'gregory', weekStart: 1 },
  fa: { calendar: 'persian', weekStart: 6 },
  ru: { calendar: 'gregory', weekStart: 1 },
}

/** The reader's calendar, and days (keys of days.ts) as they write them. */
export function useDayFormats() {
  const { locale } = useI18n()
  return useMemo(() => {
    const of = (options: Intl.DateTimeFormatOptions) => {
      const format = new Intl.DateTimeFormat(tags[locale], { ...options, timeZone: 'UTC' })
      return (key: string): string => format.format(instantOf(key))
    }
    const [month, year] = [of({ month: 'long' }), of({ year: 'numeric' })]
    return {
      ...ways[locale],
      short: of({ day: 'numeric', month: 'short', year: 'numeric' }),
      full: (key: string) => fullDay(tags[locale], instantOf(key), { year: 'numeric', timeZone: 'UTC' }),
      month:
        locale === 'fa'
          ? (key: string) => `${month(key)} ${year(key)}`
          : of({ month: 'long', year: 'numeric' }),
      number: of({ day: 'numeric' }),
      weekday: {
        short: of({ weekday: locale === 'fa' ? 'narrow' : 'short' }),
        long: of({ weekday: 'long' }),
      },
    }
  }, [locale])
}

/** The month's days in weeks of seven; null before its first and after its last. */
export function weeksOf(key: string, calendar: Calendar, weekStart: number): (string | null)[][] {
  const days = monthOf(key, calendar)
  const before = weekdayOf(days[0] ?? key, weekStart)
  const cells = [...Array.from({ length: before }, () => null), ...days]
  const weeks = Math.ceil(cells.length / 7)
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_day, i) => cells[week * 7 + i] ?? null),
  )
}
