/** What the table of shifts shows of what the server tells. */
import type { Status } from '../../../server/contract/desk.ts'
import type { Shift, Shifts } from '../../../server/contract/shifts.ts'
import type { I18n } from '../../i18n/i18n.ts'
import { windowOf } from '../day/axis.ts'

export type Present = Shift & { shift: NonNullable<Shift['shift']> }
export type Column = 'loggedIn' | Exclude<Status, 'offline'>

export const presentOf = ({ people }: Pick<Shifts, 'people'>): Present[] =>
  people.filter((one): one is Present => one.shift !== null)

/** The hours in which anybody was here. */
export function windowOfAll({ from, to, people }: Pick<Shifts, 'from' | 'to' | 'people'>) {
  const all = presentOf({ people }).map(({ shift }) => shift)
  if (all.length === 0) return windowOf({ from, to, shift: null })
  const first = Math.min(...all.map((shift) => shift.from))
  const last = Math.max(...all.map((shift) => shift.to))
  return windowOf({ from, to, shift: { from: first, to: last, before: false, on: false } })
}

/** Not responding is seldom, and then worth a column. */
export const columnsOf = (present: readonly Present[]): Column[] => [
  ...(['loggedIn', 'available', 'busy', 'wrapUp', 'away'] as const),
  ...(sumOf(present, 'notResponding') > 0 ? (['notResponding'] as const) : []),
]

export const sumOf = (all: readonly Present[], column: Column): number =>
  all.reduce((sum, { sums }) => sum + (column === 'loggedIn' ? sums.loggedInMs : sums.statusMs[column]), 0)

/** Hours and minutes, `7:05`; less than half a minute is 0:00. */
export function asHours({ n }: Pick<I18n, 'n'>, ms: number): string {
  const minutes = Math.round(ms / 60_000)
  return `${n(Math.floor(minutes / 60))}:${n(minutes % 60, { minimumIntegerDigits: 2 })}`
}
