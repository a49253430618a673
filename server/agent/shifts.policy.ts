/** Of a person's statuses: their shift, and what it adds up to. */
import type { Shift, ShiftStatus } from '../contract/shifts.ts'
import { type DayMaterial, tellDay } from './day.policy.ts'

type Told = Pick<Shift, 'shift' | 'statuses' | 'sums'>

/** `now`: nothing is told of what comes after it. */
export function tellShift(
  set: Pick<DayMaterial, 'before' | 'changes'>,
  day: { from: number; to: number; now: number },
): Told {
  const { shift, statuses: all, sums } = tellDay({ ...set, held: [], calls: [], seats: [] }, day)
  const statuses = all.flatMap(({ from, to, status, reason }): ShiftStatus[] =>
    status === 'offline' ? [] : [{ from, to, status, reason }],
  )
  const { statusMs } = sums
  return { shift, statuses, sums: { statusMs, loggedInMs: lengthOf(statuses), away: awayBy(statuses) } }
}

const lengthOf = (all: readonly ShiftStatus[]): number =>
  all.reduce((sum, { from, to }) => sum + to - from, 0)

function awayBy(statuses: readonly ShiftStatus[]): Shift['sums']['away'] {
  const away = statuses.filter(({ status }) => status === 'away')
  return [...Map.groupBy(away, ({ reason }) => reason)]
    .map(([reason, all]) => ({ reason, ms: lengthOf(all) }))
    .sort((one, other) => other.ms - one.ms)
}
