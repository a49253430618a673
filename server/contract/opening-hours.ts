/** Opening hours, as they are configured. */
import * as z from 'zod/mini'
import { list, Name } from './measures.ts'
import { text } from './words.ts'

const Clock = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/))
const Opening = z
  .object({ from: Clock, to: Clock })
  .check(z.refine(({ from, to }) => from < to, 'An interval ends after it begins'))
const inOrder = z.refine<{ from: string; to: string }[]>(
  (openings) => openings.every((one, index) => index === 0 || (openings[index - 1]?.to ?? '') <= one.from),
  'Intervals stand in order and do not overlap',
)
const Openings = list(Opening, 12).check(inOrder)
const isTimeZone = z.refine<string>((zone) => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }) !== null
  } catch {
    return false
  }
}, 'Not a time zone')

/** As the tz database names it: `Asia/Tehran`. */
export const TimeZone = text(60, 1).check(isTimeZone)

/** Opening hours: intervals of each weekday (0 is Sunday) in the zone's wall clock, and dates that differ. */
export const Hours = z.object({
  name: Name,
  timeZone: TimeZone,
  week: z.array(Openings).check(z.length(7)),
  /** No openings: closed that day. */
  exceptions: list(
    z.object({
      date: z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)),
      name: text(80),
      openings: Openings,
    }),
    400,
  ),
})
