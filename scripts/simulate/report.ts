/** A simulation's outcome, to be read: a table by interval and queue, and the same as a picture. */
import { type Counts, type Outcome, rates } from '../../server/routing/simulation/tally.ts'
import { type Kept, truthOf } from '../../server/routing/simulation/promises.ts'
import type { Scenario } from '../../server/routing/simulation/scenario.ts'
import { line, path, picture, text } from './svg.ts'

const percent = (share: number): string => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`)
const seconds = (ms: number): string => (Number.isNaN(ms) ? '–' : `${(ms / 1000).toFixed(1)} s`)

/** Hours and minutes since the beginning. */
export function clock(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

const COLUMNS = [
  ...['', 'contacts', 'answered', 'in time', 'speed of answer', 'abandoned', 'turned away', 'longest wait'],
  ...['occupancy', 'offers missed'],
]

function row(name: string, counts: Counts): string[] {
  const { serviceLevel, speedOfAnswerMs, abandonment, occupancy } = rates(counts)
  const numbers = [String(counts.arrived), String(counts.answered), percent(serviceLevel)]
  const waits = [seconds(speedOfAnswerMs), percent(abandonment), String(counts.turnedAway)]
  return [
    name,
    ...numbers,
    ...waits,
    seconds(counts.longestWaitMs),
    percent(occupancy),
    String(counts.missed),
  ]
}

/** Lines of a table: intervals, queues, all. */
export function table(scenario: Scenario, { intervals, queues, total }: Outcome): string[] {
  const rows = [
    ...intervals.map((counts, index) => row(clock(index * scenario.intervalS), counts)),
    ...[...queues].map(([id, counts]) => row(id, counts)),
    row('all', total),
  ]
  const [head = '', rule = '', ...lines] = grid(COLUMNS, rows)
  const cut = intervals.length
  return [head, rule, ...lines.slice(0, cut), rule, ...lines.slice(cut)]
}

/** Columns as wide as what stands in them: the head, a rule, the rows. */
function grid(columns: readonly string[], rows: readonly string[][]): string[] {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((cells) => cells[index]?.length ?? 0)),
  )
  const write = (cells: readonly string[]) =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd()
  return [write(columns), widths.map((width) => '─'.repeat(width)).join('──'), ...rows.map(write)]
}

/** So many ahead at most, and how that is called. */
const AHEAD: [number, string][] = [
  [0, 'nobody'],
  [4, '1 to 4'],
  [9, '5 to 9'],
  [19, '10 to 19'],
  [Number.POSITIVE_INFINITY, '20 and more'],
]

/** Lines of a table: how well what was told came true, by how many stood before. */
export function promiseTable(kept: readonly Kept[]): string[] {
  const share = (value: number) => `${(100 * value).toFixed(0)} %`
  const rowOf = (name: string, some: readonly Kept[]) => {
    const { median, p90, within, longer } = truthOf(some)
    const waits = some.map(({ waitedMs }) => waitedMs).sort((a, b) => a - b)
    return [
      ...[name, String(some.length), seconds(waits[Math.floor(waits.length / 2)] ?? Number.NaN)],
      ...[share(median), share(p90), share(within), share(longer)],
    ]
  }
  const groups = AHEAD.map(([most, name], index) => {
    const least = (AHEAD[index - 1]?.[0] ?? -1) + 1
    return { name, some: kept.filter(({ ahead }) => ahead >= least && ahead <= most) }
  })
  const rows = groups.filter(({ some }) => some.length > 0).map(({ name, some }) => rowOf(name, some))
  const columns = [
    'ahead',
    'contacts',
    'median wait',
    'off by, median',
    '90th percentile',
    'within the range',
    'longer',
  ]
  return grid(columns, [...rows, rowOf('all', kept)])
}

type Panel = { title: string; of(counts: Counts): number; most: number | null; show(value: number): string }

const PANELS: Panel[] = [
  { title: 'answered in time', of: (counts) => rates(counts).serviceLevel, most: 1, show: percent },
  { title: 'speed of answer', of: (counts) => rates(counts).speedOfAnswerMs, most: null, show: seconds },
  { title: 'abandoned', of: (counts) => rates(counts).abandonment, most: null, show: percent },
  { title: 'occupancy', of: (counts) => rates(counts).occupancy, most: 1, show: percent },
  { title: 'longest wait', of: (counts) => counts.longestWaitMs, most: null, show: seconds },
]

const LEFT = 130
const WIDTH = 760
const PANEL = 90
const GAP = 22

/** The five figures over time, one below the other. */
export function plot(scenario: Scenario, { intervals }: Outcome): string {
  const x = (index: number) => LEFT + ((index + 0.5) / intervals.length) * (WIDTH - LEFT - 20)
  const every = Math.ceil(intervals.length / 10)
  const parts = PANELS.flatMap((panel, number) => {
    const values = intervals.map(panel.of)
    const most = panel.most ?? (Math.max(0, ...values.filter(Number.isFinite)) || 1)
    const top = 40 + number * (PANEL + GAP)
    const y = (value: number) => top + PANEL - (value / most) * PANEL
    const points = values.flatMap((value, index): [number, number][] =>
      Number.isFinite(value) ? [[x(index), y(value)]] : [],
    )
    const side = { 'text-anchor': 'end', fill: '#555555' }
    return [
      text([8, top + PANEL / 2 + 4], panel.title, { 'font-weight': 'bold' }),
      text([LEFT - 8, y(most) + 4], panel.show(most), side),
      text([LEFT - 8, y(0) + 4], panel.show(0), side),
      ...[0, 0.5, 1].map((share) => line([LEFT, y(share * most)], [WIDTH - 20, y(share * most)], '#dddddd')),
      path(points, '#1f6feb'),
    ]
  })
  const bottom = 40 + PANELS.length * (PANEL + GAP)
  const hours = intervals.flatMap((_, index) =>
    index % every === 0
      ? [text([x(index), bottom], clock(index * scenario.intervalS), { 'text-anchor': 'middle' })]
      : [],
  )
  const heading = text([8, 20], scenario.name, { 'font-size': 13, 'font-weight': 'bold' })
  return picture(WIDTH, bottom + 14, scenario.name, [heading, ...parts, ...hours])
}
