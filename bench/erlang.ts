/** The production policy in virtual time beside the exact formulas. `--write` puts the outcome into docs/routing.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../scripts/setup/project.ts'
import { erlang as exactly, type Figures } from '../server/routing/simulation/erlang.ts'
import { measure } from '../server/routing/simulation/erlang-run.ts'
import { type Case, cases } from './erlang/cases.ts'
import { drawing, type Found, markdown, off, TITLES, withTable } from './erlang/page.ts'
import { type Bench, count } from './lib/bench.ts'
import { atMost, type Goal, type Report } from './lib/report.ts'

const WITHIN_S = 20
const MOST_ERRORS = 4
/** Standard error ÷ exact value; beyond nine tenths of occupancy waits hang together too long for the small one. */
const PRECISE = 1
const PRECISE_WHEN_BUSY = 5

export const erlang: Bench = {
  about: 'the simulated floor beside exact Erlang C and A; --write renews docs/routing.md',
  options: { seed: { type: 'string' }, write: { type: 'boolean' } },
  run(options, say) {
    const seed = count(options, 'seed', 1)
    // A seed for each: with one for all, the same luck would show in all.
    const found = cases.map((one, index) => {
      const result = compare(one, seed * 100 + index)
      say(`${one.name}: at most ${worst(result).toFixed(1)} standard errors off`)
      return result
    })
    if (options.write === true) {
      const page = join(ROOT, 'docs', 'routing.md')
      writeFileSync(page, withTable(readFileSync(page, 'utf8'), markdown(found)))
      writeFileSync(join(ROOT, 'docs', 'pictures', 'erlang.svg'), drawing(found))
    }
    return Promise.resolve(report(found))
  },
}

function compare({ name, staffing, contacts }: Case, seed: number): Found {
  const exact = exactly(staffing, WITHIN_S)
  const measured = measure(staffing, { contacts, seed, withinS: WITHIN_S })
  const keys = Object.keys(TITLES) as (keyof Figures)[]
  // Who waits for ever never abandons: nothing to compare.
  const figures = keys
    .filter((key) => exact[key] > 0)
    .map((key) => ({ key, exact: exact[key], ...measured[key] }))
  return { name, contacts, figures }
}

const worst = ({ figures }: Found): number => Math.max(...figures.map((figure) => Math.abs(off(figure))))

function goals(found: Found): Goal[] {
  const occupancy = found.figures.find(({ key }) => key === 'occupancy')?.exact ?? 0
  const limit = occupancy > 0.9 ? PRECISE_WHEN_BUSY : PRECISE
  const error = Math.max(...found.figures.map((figure) => (100 * figure.error) / figure.exact))
  return [
    atMost(`${found.name}: off by`, worst(found), MOST_ERRORS, ' standard errors', 2),
    atMost(`${found.name}: standard error`, error, limit, ' %', 2),
  ]
}

function report(all: Found[]): Report {
  const rows = all.flatMap(({ name, figures }) =>
    figures.map((figure) => [
      `${name}: ${TITLES[figure.key]}`,
      figure.exact.toPrecision(5),
      figure.value.toPrecision(5),
      figure.error.toPrecision(2),
      off(figure).toFixed(2),
    ]),
  )
  return {
    title: 'erlang: the simulated floor beside the exact formulas',
    tables: [
      {
        title: 'Five figures of each case',
        columns: ['', 'exact', 'simulated', 'standard error', 'off, in it'],
        rows,
      },
    ],
    goals: all.flatMap(goals),
    notes: [
      'Fixed seeds; standard errors by means of 50 batches, after a tenth as many contacts that fill the floor.',
    ],
    data: all,
  }
}
