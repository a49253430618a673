import { expect, it } from '@jest/globals'
import { parseScenario } from '../../server/routing/simulation/scenario.ts'
import { simulate } from '../../server/routing/simulation/simulation.ts'
import { Tally } from '../../server/routing/simulation/tally.ts'
import { clock, plot, table } from './report.ts'

const scenario = parseScenario({
  name: 'Tom & "Jerry" <shop>',
  lengthS: 7200,
  queues: [{ id: 'q' }],
  agents: [{ name: 'agent', count: 2, queues: { q: 0 } }],
  contacts: [
    { queue: 'q', medium: 'chat', perHour: [60, 0, 60, 60], handling: { kind: 'exponential', meanS: 60 } },
  ],
})
const tally = new Tally(scenario)
simulate(scenario, tally.watcher)

it('the table has a line an interval, a queue and for all', () => {
  const lines = table(scenario, tally.outcome)
  expect(lines.map((line) => line.split('  ')[0])).toEqual([
    ...['', expect.stringMatching(/^─+$/), '0:00', '0:30', '1:00', '1:30'],
    ...[expect.stringMatching(/^─+$/), 'q', 'all'],
  ])
  // Nobody came in the second half hour: nothing is divided by nothing.
  expect(lines[3]).toMatch(/^0:30 +0 +0 +– +– +– +0 +0\.0 s/)
  expect(lines.at(-1)).toMatch(/ 100\.0 % /)
})

it('the plot is well-formed, whatever the scenario is called', () => {
  const svg = plot(scenario, tally.outcome)
  expect(svg).toContain('<title>Tom &#38; &#34;Jerry&#34; &#60;shop&#62;</title>')
  expect(svg.match(/<polyline/g)).toHaveLength(5)
  expect(svg).not.toContain('NaN')
  const opened = svg.match(/<[a-z]+/g)?.length
  expect(svg.match(/<\/[a-z]+>/g)?.length).toBe(opened)
})

it('times are hours and minutes', () => {
  expect([0, 1800, 36_000].map(clock)).toEqual(['0:00', '0:30', '10:00'])
})
