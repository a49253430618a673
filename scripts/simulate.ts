/** `npm run simulate -- SCENARIO.json [--seed N] [--plot FILE] [--known]`: a day of the floor in a moment, by the rules that production uses. */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Promises } from '../server/routing/simulation/promises.ts'
import { parseScenario } from '../server/routing/simulation/scenario.ts'
import { simulate } from '../server/routing/simulation/simulation.ts'
import { Tally } from '../server/routing/simulation/tally.ts'
import { together } from '../server/routing/simulation/watcher.ts'
import { messageOf } from './runner/errors.ts'
import { createConsole } from './setup/step.ts'
import { plot, promiseTable, table } from './simulate/report.ts'

const console = createConsole(process.stdout)

function main(): void {
  const options = { seed: { type: 'string' }, plot: { type: 'string' }, known: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const [file] = positionals
  if (file === undefined || positionals.length > 1) {
    throw new Error(
      'npm run simulate -- SCENARIO.json [--seed N] [--plot FILE] [--known]\nExamples: docs/scenarios',
    )
  }
  const written: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const seed = values.seed === undefined ? {} : { seed: Number(values.seed) }
  const scenario = parseScenario(Object.assign({}, written, seed))
  const [tally, promises] = [new Tally(scenario), new Promises(scenario, values.known ? 'known' : 'latest')]
  simulate(scenario, together([tally.watcher, promises.watcher]))
  console.line(`${scenario.name} (seed ${scenario.seed})\n`)
  for (const line of table(scenario, tally.outcome)) console.line(line)
  if (promises.kept.length > 0) {
    console.line(
      '\nThe wait told on arrival to those who had to wait and were answered, by how many were ahead:\n',
    )
    for (const line of promiseTable(promises.kept)) console.line(line)
  }
  const target = values.plot ?? file.replace(/(\.json)?$/, '.svg')
  writeFileSync(target, plot(scenario, tally.outcome))
  console.line(`\nPlot: ${target}`)
}

try {
  main()
} catch (error) {
  console.line(messageOf(error))
  process.exitCode = 1
}
