import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROOT } from './project.ts'
import type { Step } from './step.ts'

const PARTS = ['server', 'sfu'] as const
export type Part = (typeof PARTS)[number]

/** What runs as the process of that name. As deep below the checkout as its sources: what they find by their own place, it finds. */
export const programOf = (part: Part) => join(ROOT, part, 'dist', 'main.js')

/**
 * Joins server and media node, each with the libraries it uses, into one file, when anything that it is made from has changed. One
 * by one their fifteen hundred files take three times as long to load: time in which a process that was killed is not back.
 */
export function programBuild(): Step {
  return {
    title: 'Joining the files of server and media node',
    done: () => {
      const banner = bannerOf(inputsHash())
      return PARTS.every((part) => firstLine(programOf(part)) === banner)
    },
    run: async (report) => {
      const banner = bannerOf(inputsHash())
      for (const part of PARTS) {
        report(part)
        replaceFile(programOf(part), await joined(part, banner))
      }
    },
  }
}

/** Which state of its sources a program is made of; it carries that itself, so there is no moment in which it would be told wrong. */
const bannerOf = (hash: string) => `// ${hash}`

const firstLine = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n', 1)[0] : '')

/** Another clone of Parley or another start may run or make the same file at this moment. */
function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const fresh = `${path}.${process.pid}`
  writeFileSync(fresh, text)
  renameSync(fresh, path)
}

/** Names and lines stay as they are written, so that an error's stack can be read. */
async function joined(part: Part, banner: string): Promise<string> {
  const { build } = await import('vite')
  const built = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    // What is not JavaScript cannot be joined.
    ssr: { noExternal: true, external: ['sharp'] },
    build: {
      ssr: join(ROOT, part, 'main.ts'),
      target: `node${process.versions.node.split('.')[0]}`,
      minify: false,
      write: false,
      rolldownOptions: { output: { banner, codeSplitting: false } },
    },
  })
  const code = [built].flat().flatMap((one) => ('output' in one ? one.output : []))
  const [main] = code.filter((one) => one.type === 'chunk')
  if (main === undefined || code.length !== 1) throw new Error(`${part} became ${code.length} files, not one`)
  return main.code
}

const TESTS = /\.test\.ts$|(^|\/)testing\//

function inputsHash(): string {
  const hash = createHash('sha256')
  for (const file of [...PARTS.flatMap(sources), join(ROOT, 'package-lock.json')]) {
    hash.update(`\0${relative(ROOT, file)}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

function sources(part: Part): string[] {
  const folder = join(ROOT, part)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('dist') && !TESTS.test(name))
    .map((name) => join(folder, name))
    .sort()
}
