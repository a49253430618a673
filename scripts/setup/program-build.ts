/** `program-build.ts ENTRY OUTPUT FIRST_LINE`: writes ENTRY with all that it imports as one file. Not made smaller: an error's stack names its functions. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { build } from 'vite'
import { ROOT } from './project.ts'

const [entry = '', output = '', banner = ''] = process.argv.slice(2)
const built = await build({
  configFile: false,
  root: ROOT,
  logLevel: 'warn',
  // What is not JavaScript cannot be joined.
  ssr: { noExternal: true, external: ['sharp'] },
  build: {
    ssr: entry,
    target: `node${process.versions.node.split('.')[0]}`,
    minify: false,
    write: false,
    rolldownOptions: { output: { banner, codeSplitting: false } },
  },
})
const files = [built].flat().flatMap((one) => ('output' in one ? one.output : []))
const [main] = files.filter((one) => one.type === 'chunk')
if (main === undefined || files.length !== 1)
  throw new Error(`${entry} became ${files.length} files, not one`)
mkdirSync(dirname(output), { recursive: true })
// Another start of this checkout, on another data folder, may make it or run it at this moment.
writeFileSync(`${output}.${process.pid}`, main.code)
renameSync(`${output}.${process.pid}`, output)
