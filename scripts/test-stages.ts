import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { MODULES, ROOT } from './setup/project.ts'

/** One part of `npm test`. */
export interface Stage {
  name: string
  title: string
  args: string[]
  /** Where jest writes its results; absent for a check that passes or fails as a whole. */
  results?: string
}

const modules = (...path: string[]) => join(MODULES, ...path)
const FOLDERS = ['server', 'sfu', 'client', 'migrations', 'scripts', 'bench']

/**
 * All stages in order: what is quickest to fail comes first.
 * @param folder where results are written
 */
export function testStages(folder: string): Stage[] {
  const present = FOLDERS.filter((name) => existsSync(join(ROOT, name)))
  return [
    {
      name: 'types',
      title: 'Types',
      args: [modules('typescript7', 'bin', 'tsc'), '--noEmit', '-p', 'tsconfig.json'],
    },
    {
      name: 'lint',
      title: 'Lint',
      args: [modules('oxlint', 'bin', 'oxlint'), '--type-aware', '--tsconfig', 'tsconfig.json', '.'],
    },
    {
      name: 'format',
      title: 'Formatting',
      args: [modules('@biomejs', 'biome', 'bin', 'biome'), 'format', '.'],
    },
    {
      name: 'imports',
      title: 'Import rules',
      args: [
        modules('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
        '--config',
        '.dependency-cruiser.cjs',
        ...present,
      ],
    },
    { name: 'dead-code', title: 'Dead code', args: [modules('knip', 'bin', 'knip.js'), '--no-progress'] },
    { name: 'lockfile', title: 'Lockfile', args: [join(ROOT, 'scripts', 'lockfile.ts')] },
    jest('unit', 'Unit and service tests', folder, 2),
    jest('media', 'Media tests', folder, 2),
    // One at a time: two of them on two cores take twice as long each, and what waits for a person then fails.
    jest('metered', 'Browser tests that measure', folder, 1),
    jest('browser', 'Browser tests', folder, 1),
  ]
}

function jest(project: string, title: string, folder: string, workers: number): Stage {
  const results = join(folder, `${project}.json`)
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  const selection = ['--selectProjects', project, '--maxWorkers', String(workers), '--passWithNoTests']
  const output = ['--json', '--outputFile', results]
  return {
    name: `jest:${project}`,
    title,
    results,
    args: [...flags, modules('jest', 'bin', 'jest.js'), ...selection, ...output],
  }
}

/** Those that were asked for by name; all when none was. Throws for a name that there is not. */
export function chooseStages(stages: Stage[], names: string[]): Stage[] {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name))
  if (unknown.length > 0) {
    throw new Error(`No stage ${unknown.join(', ')}. There are: ${stages.map(({ name }) => name).join(', ')}`)
  }
  return names.length === 0 ? stages : stages.filter(({ name }) => names.includes(name))
}

export interface Counts {
  passed: number
  failed: number
  /** Nothing was shown, for or against: the machine starved whatever should have measured. */
  invalid: number
}

/** With this begins the message of a test whose meter starved. */
export const STARVED = 'Invalid, the meter starved'

interface Results {
  numPassedTests?: number
  numFailedTests?: number
  numRuntimeErrorTestSuites?: number
  testResults?: FileResults[]
}
type FileResults = { name: string; status: string; assertionResults: Case[] }
interface Case {
  status: string
  fullName?: string
  failureMessages?: string[]
}

const resultsOf = (stage: Stage): Results | null =>
  stage.results !== undefined && existsSync(stage.results)
    ? (JSON.parse(readFileSync(stage.results, 'utf8')) as Results)
    : null

const isInvalid = ({ failureMessages = [] }: Case) =>
  failureMessages.length > 0 && failureMessages.every((text) => text.startsWith(`Error: ${STARVED}`))

/** Something is wrong, or it could not even run. What only could not be measured was tried several times already. */
function isWrong({ status, assertionResults }: FileResults): boolean {
  const failed = assertionResults.filter((one) => one.status === 'failed')
  return status === 'failed' && (failed.length === 0 || !failed.every(isInvalid))
}

/** Test cases of one stage. A check is one case; a test file that could not even run is one failed case. */
export function countCases(stage: Stage, succeeded: boolean): Counts {
  if (stage.results === undefined)
    return { passed: Number(succeeded), failed: Number(!succeeded), invalid: 0 }
  const results = resultsOf(stage)
  if (!results) return { passed: 0, failed: 1, invalid: 0 }
  const cases = (results.testResults ?? []).flatMap(({ assertionResults }) => assertionResults)
  const invalid = cases.filter(isInvalid).length
  const wrong = (results.numFailedTests ?? 0) + (results.numRuntimeErrorTestSuites ?? 0)
  const passed = results.numPassedTests ?? 0
  // Jest itself may have failed though no test did.
  return { passed, failed: wrong === 0 && !succeeded ? 1 : wrong - invalid, invalid }
}

/** More failing files than this are no matter of a starved machine. */
const MOST_AGAIN = 5

/**
 * The failing test files of a stage once more, each from its beginning and by itself: browsers, media and kills share a few
 * cores, and a starved one says so by failing. A case that fails twice has failed. Null where there is nothing to try, or too much.
 */
export function againOf(stage: Stage): { stage: Stage; files: string[] } | null {
  const testResults = resultsOf(stage)?.testResults ?? []
  const files = testResults.filter(isWrong).map(({ name }) => name)
  if (stage.results === undefined || files.length === 0 || files.length > MOST_AGAIN) return null
  const results = stage.results.replace(/\.json$/, '-again.json')
  const args = stage.args.map((arg, index) => {
    if (stage.args[index - 1] === '--maxWorkers') return '1'
    return arg === stage.results ? results : arg
  })
  return { stage: { ...stage, results, args: [...args, '--runTestsByPath', ...files] }, files }
}

/** A failed case in a few lines: enough to begin with where only the end of the output is kept. */
const MESSAGE_LINES = 12

/** Name and message of each case that failed, for the end of the output. `first`: the try before, where what failed passed perhaps. */
export function failuresOf(stage: Stage, first?: Stage): string[] {
  const once = passedIn(first)
  return casesOf(stage)
    .filter((one) => one.status === 'failed' && !isInvalid(one) && !once.has(one.id))
    .map(({ fullName = '', failureMessages = [] }) => {
      const lines = stripVTControlCharacters(failureMessages.join('\n'))
        .split('\n')
        .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
      return [fullName, ...lines.slice(0, MESSAGE_LINES).map((line) => `  ${line}`)].join('\n')
    })
}

/** Cases with what names them in any try. */
function casesOf(stage: Stage): (Case & { id: string; file: string })[] {
  const files = resultsOf(stage)?.testResults ?? []
  return files.flatMap(({ name, assertionResults }) =>
    assertionResults.map((one) => ({ ...one, file: name, id: `${name} ${one.fullName}` })),
  )
}

/** Of cases with one name all have to. */
function passedIn(stage: Stage | undefined): ReadonlySet<string> {
  const cases = stage ? casesOf(stage) : []
  const failed = new Set(cases.flatMap(({ id, status }) => (status === 'failed' ? id : [])))
  return new Set(cases.flatMap(({ id, status }) => (status === 'passed' && !failed.has(id) ? id : [])))
}

/**
 * Counts of both tries, every case once: one that passed in either has passed. What could not be measured stays so, also in files that
 * were not tried again. `succeeded`: the second run as a whole.
 */
export function countBoth(first: Stage, again: Stage, succeeded: boolean): Counts {
  const second = countCases(again, succeeded)
  const cases = casesOf(again)
  const [before, now] = [passedIn(first), passedIn(again)]
  const only = cases.filter(({ id, status }) => status === 'failed' && before.has(id))
  const unmeasured = only.filter(isInvalid).length
  const files = new Set(cases.map(({ file }) => file))
  const left = casesOf(first).filter((one) => isInvalid(one) && !files.has(one.file)).length
  return {
    passed: new Set([...before, ...now]).size,
    failed: second.failed - (only.length - unmeasured),
    invalid: second.invalid - unmeasured + left,
  }
}
