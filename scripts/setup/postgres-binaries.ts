import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { POSTGRES_NATIVE } from './project.ts'
import type { Step } from './step.ts'

interface Link {
  source: string
  target: string
}

/**
 * The npm package of PostgreSQL's binaries cannot hold symbolic links; it lists them, and its install script, which we do not
 * run, would make them.
 * @param native the package's native folder
 */
export function postgresBinaries(native = POSTGRES_NATIVE): Step {
  return {
    title: "Linking PostgreSQL's libraries",
    done: () => missingLinks(native).length === 0,
    run: async () => {
      for (const { source, target } of missingLinks(native)) {
        mkdirSync(dirname(target), { recursive: true })
        symlinkSync(relative(dirname(target), source), target)
      }
    },
  }
}

function missingLinks(native: string): Link[] {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) {
    throw new Error(
      `There is no embedded PostgreSQL for linux-${process.arch}: ${native} is missing. Set DATABASE_URL.`,
    )
  }
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[]
  const inside = (path: string) => join(dirname(native), path)
  return links
    .map(({ source, target }) => ({ source: inside(source), target: inside(target) }))
    .filter(({ target }) => lstatSync(target, { throwIfNoEntry: false }) === undefined)
}
