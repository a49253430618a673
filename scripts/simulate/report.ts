/** A simulation's outcome, to be read: a table by interval and queue, and the same as a picture. */
import { type Counts, type Outcome, rates } from '../../server/routing/simulation/tally.ts'
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
  const widths = COLUMNS.map((column, index) =>
    Math.max(column.length, ...rows.map((cells) => cells[index]?.length ?? 0)),
  )
  const write = (cells: string[]) =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('──')
  const cut = intervals.length
  const lines = rows.map(write)
  return [write(COLUMNS), rule, ...lines.slice(0, cut), rule, ...lines.slice(cut)]
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
