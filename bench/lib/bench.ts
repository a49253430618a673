import type { ParseArgsOptionsConfig } from 'node:util'
import type { Report } from './report.ts'

/** What the command line said, by option. */
export type Options = Record<string, string | boolean | undefined>

/** One benchmark: `npm run bench -- NAME`. */
export type Bench = {
  /** One line for the list. */
  about: string
  options: ParseArgsOptionsConfig
  /** `say`: one line of progress. */
  run(options: Options, say: (text: string) => void): Promise<Report>
}

/** A whole number of the command line, or its default. Throws for anything else. */
export function count(options: Options, name: string, fallback: number): number {
  const given = options[name]
  if (given === undefined) return fallback
  const value = Number(given)
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number, not ${given}`)
  return value
}
