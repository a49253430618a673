/** Instants ↔ what the clock on the wall of a time zone shows, over every change of it. */

/** `YYYY-MM-DD`, and minutes since that day's 00:00 as the wall shows them (24:00 is 1440). */
export type Wall = { date: string; minutes: number }

const MINUTE = 60_000
const DAY = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    const [date, time] = [
      { year: 'numeric', month: '2-digit', day: '2-digit' } as const,
      { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const,
    ]
    const calendar = { calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' } as const
    format = new Intl.DateTimeFormat('en', { timeZone, ...calendar, ...date, ...time })
    formats.set(timeZone, format)
  }
  return format
}

/** What the wall shows at an instant, as if it were UTC: ms since 1970, whole seconds. */
function shown(timeZone: string, at: number): number {
  const part: Record<string, number> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

export function wallAt(timeZone: string, at: number): Wall {
  const ms = shown(timeZone, at)
  return { date: new Date(ms).toISOString().slice(0, 10), minutes: Math.floor((ms % DAY) / MINUTE) }
}

/**
 * The first instant at which the wall shows that time or, where it is skipped, a later one. Of a time that comes twice it is the
 * first coming.
 */
export function instantOf(timeZone: string, { date, minutes }: Wall): number {
  const wanted = Date.parse(`${date}T00:00:00Z`) + minutes * MINUTE
  // The wall's distance from UTC before and after any change near that time.
  const shifts = [wanted - DAY, wanted + DAY].map(
    (near) => shown(timeZone, near) - Math.floor(near / 1000) * 1000,
  )
  const fitting = shifts
    .map((shift) => wanted - shift)
    .filter((at) => shown(timeZone, at) === wanted)
    .sort((a, b) => a - b)
  if (fitting[0] !== undefined) return fitting[0]
  // Skipped: the change lies between the two readings; everything after it shows a later time.
  let [before, after] = [wanted - Math.max(...shifts), wanted - Math.min(...shifts)]
  while (after - before > 1000) {
    const middle = before + Math.floor((after - before) / 2000) * 1000
    if (shown(timeZone, middle) >= wanted) after = middle
    else before = middle
  }
  return after
}

/** When the day began that it is on the wall at an instant. */
export const dayStart = (timeZone: string, at: number): number =>
  instantOf(timeZone, { date: wallAt(timeZone, at).date, minutes: 0 })

/** The calendar's day so many days later, or earlier. */
export const daysAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)

/** The calendar's next day. */
export const dayAfter = (date: string): string => daysAfter(date, 1)

/** 0 is Sunday. */
export const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay()
