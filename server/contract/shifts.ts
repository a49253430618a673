/**
 * GET /api/desk/shifts?from&to&team: when each of a team, or of everybody, came and went on one day of at most 26 hours, and
 * how they were set meanwhile. Times are instants of the server's clock, lengths are ms. Every span lies within the day asked
 * for and ends at the latest now.
 */
import * as z from 'zod/mini'
import type { Day, DaySums } from './day.ts'
import { StatusLogQuery, type Status } from './desk.ts'
import { Id } from './words.ts'

export const ShiftsQuery = z.extend(StatusLogQuery, { team: z.optional(Id) })

type Named = { id: string; name: string }

export type ShiftStatus = {
  from: number
  to: number
  status: Exclude<Status, 'offline'>
  reason: string | null
}

export type Shift = {
  person: Named
  /** Theirs now, whichever it was then. */
  team: Named | null
  /** From the first to the last moment at which they were not offline; null: they always were. Else as in a `Day`. */
  shift: Day['shift']
  /** In order; where there is none in between, they were offline. */
  statuses: ShiftStatus[]
  sums: {
    statusMs: DaySums['statusMs']
    /** All of them but being offline. */
    loggedInMs: number
    /** Why they were away, the longest first; null: no reason was given. */
    away: { reason: string | null; ms: number }[]
  }
}

export type Shifts = {
  from: number
  to: number
  /** When it was read. */
  now: number
  /** What can be filtered by. */
  teams: Named[]
  /** Everybody who serves, and who did on that day, by name. */
  people: Shift[]
  /** There are more than these. */
  more: boolean
}
