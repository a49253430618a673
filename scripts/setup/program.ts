import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runCommand } from '../../sfu/worker-build/command.ts'
import { ROOT } from './project.ts'
import type { Step } from './step.ts'

const PARTS = ['server', 'sfu'] as const
export type Part = (typeof PARTS)[number]

const BUILD = join(import.meta.dirname, 'program-build.ts')

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
      const mark = markOf(inputsHash())
      return PARTS.every((part) => firstLine(programOf(part)) === mark)
    },
    run: async (report) => {
      const mark = markOf(inputsHash())
      // Another setting would pull the libraries' development parts in.
      const env = { ...process.env, NODE_ENV: 'production' }
      for (const part of PARTS) {
        report(part)
        const args = [BUILD, join(ROOT, part, 'main.ts'), programOf(part), mark]
        await runCommand(process.execPath, args, { cwd: ROOT, env, onLine: report })
      }
    },
  }
}

/** Its first line says what state of its sources a program is made of: there is no moment in which that would be wrong. */
const markOf = (hash: string) => `// ${hash}`

const firstLine = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n', 1)[0] : '')

const TESTS = /\.test\.ts$|(^|\/)testing\//

function inputsHash(): string {
  const hash = createHash('sha256')
  const around = ['package-lock.json', 'tsconfig.json'].map((name) => join(ROOT, name))
  for (const file of [...PARTS.flatMap(sources), ...around, BUILD]) {
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
