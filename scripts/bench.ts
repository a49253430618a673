/** `npm run bench -- NAME [options]`: measures one thing beside its limit or a reference. Without a name: the list. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { benches } from '../bench/list.ts'
import { machine, print } from '../bench/lib/report.ts'

const write = (line: string) => void process.stdout.write(`${line}\n`)

function list(): void {
  write('npm run bench -- NAME [options] [--json FILE]\n')
  for (const [name, { about, options }] of Object.entries(benches)) {
    write(`  ${name.padEnd(10)} ${about}`)
    const flags = Object.keys(options).map((option) => `--${option}`)
    if (flags.length > 0) write(`  ${''.padEnd(10)} ${flags.join(' ')}`)
  }
}

async function main(): Promise<number> {
  const [name, ...args] = process.argv.slice(2)
  if (name === undefined) {
    list()
    return 0
  }
  const bench = benches[name]
  if (bench === undefined || !Object.hasOwn(benches, name)) {
    process.stderr.write(`No benchmark ${name}. There are: ${Object.keys(benches).join(', ')}\n`)
    return 2
  }
  const { values } = parseArgs({ args, options: { ...bench.options, json: { type: 'string' } } })
  const options = values as Record<string, string | boolean | undefined>
  const report = await bench.run(options, (text) => write(`  ${text}`))
  print(report, write)
  if (typeof options.json === 'string') {
    const { title, goals, notes, data } = report
    const at = new Date().toISOString()
    writeFileSync(
      options.json,
      `${JSON.stringify({ title, at, machine: machine(), goals, notes, data }, null, 2)}\n`,
    )
  }
  return 0
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)
