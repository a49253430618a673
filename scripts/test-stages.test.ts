import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { temporaryFolder } from './runner/testing.ts'
import {
  againOf,
  chooseStages,
  countBoth,
  countCases,
  failuresOf,
  STARVED,
  type Stage,
  testStages,
} from './test-stages.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

const withResults = (results: object, name = 'results'): Stage => {
  const path = join(folder.path, `${name}.json`)
  writeFileSync(path, JSON.stringify(results))
  return { name: 'jest:unit', title: '', args: [], results: path }
}

describe('the stages of npm test', () => {
  it('are all run unless some are named', () => {
    const stages = testStages(folder.path)
    expect(chooseStages(stages, [])).toEqual(stages)
    expect(chooseStages(stages, ['jest:unit', 'types']).map(({ name }) => name)).toEqual([
      'types',
      'jest:unit',
    ])
    expect(() => chooseStages(stages, ['tpyes'])).toThrow(/No stage tpyes. There are: types, lint/)
  })
})

describe('the count of cases', () => {
  const check: Stage = { name: 'types', title: '', args: [] }

  it('takes a check as one case', () => {
    expect(countCases(check, true)).toEqual({ passed: 1, failed: 0, invalid: 0 })
    expect(countCases(check, false)).toEqual({ passed: 0, failed: 1, invalid: 0 })
  })

  it.each([
    [{ numPassedTests: 7, numFailedTests: 0 }, true, { passed: 7, failed: 0, invalid: 0 }],
    [{ numPassedTests: 7, numFailedTests: 2 }, false, { passed: 7, failed: 2, invalid: 0 }],
    [
      { numPassedTests: 7, numFailedTests: 0, numRuntimeErrorTestSuites: 1 },
      false,
      { passed: 7, failed: 1, invalid: 0 },
    ],
    // Jest itself failed though no test did.
    [{ numPassedTests: 7, numFailedTests: 0 }, false, { passed: 7, failed: 1, invalid: 0 }],
  ])('reads %j', (results, succeeded, counts) => {
    expect(countCases(withResults(results), succeeded)).toEqual(counts)
  })

  it('tells what could not be measured from what is wrong', () => {
    const failing = (...failureMessages: string[]) => ({ status: 'failed', failureMessages })
    const starved = `Error: ${STARVED}: the page was late`
    const assertionResults = [
      failing(starved),
      failing('Error: too late'),
      failing(starved, 'Error: too late'),
    ]
    const results = { numPassedTests: 7, numFailedTests: 3, testResults: [{ assertionResults }] }
    expect(countCases(withResults(results), false)).toEqual({ passed: 7, failed: 2, invalid: 1 })
    const only = {
      numPassedTests: 7,
      numFailedTests: 1,
      testResults: [{ assertionResults: [failing(starved)] }],
    }
    expect(countCases(withResults(only), false)).toEqual({ passed: 7, failed: 0, invalid: 1 })
  })

  it('counts a run without results as failed', () => {
    expect(countCases({ ...check, results: join(folder.path, 'none') }, false)).toEqual({
      passed: 0,
      failed: 1,
      invalid: 0,
    })
  })
})

describe('a second try', () => {
  const passed = { status: 'passed' }
  const file = (name: string, status: string) => ({ name, status, assertionResults: [passed, passed] })

  it('takes the failing files only, and writes beside the first results', () => {
    const stage = withResults({ testResults: [file('/a', 'failed'), file('/b', 'passed')] })
    const again = againOf({ ...stage, args: ['--maxWorkers', '2', '--outputFile', stage.results ?? ''] })
    expect(again?.files).toEqual(['/a'])
    const byThemselves = ['--maxWorkers', '1', '--outputFile', again?.stage.results]
    expect(again?.stage.args).toEqual([...byThemselves, '--runTestsByPath', '/a'])
    expect(again?.stage.results).not.toBe(stage.results)
  })

  it('is not made where it only could not be measured', () => {
    const starved = { status: 'failed', failureMessages: [`Error: ${STARVED}: by 90 ms`] }
    const of = (...assertionResults: object[]) => ({ ...file('/a', 'failed'), assertionResults })
    expect(againOf(withResults({ testResults: [of(passed, starved)] }))).toBeNull()
    const wrong = { status: 'failed', failureMessages: ['Error: dark'] }
    expect(againOf(withResults({ testResults: [of(starved, wrong)] }))?.files).toEqual(['/a'])
    expect(againOf(withResults({ testResults: [of()] }))?.files).toEqual(['/a'])
  })

  it('is told of at the end: the name and what was said of each that failed, and no more', () => {
    const failed = {
      status: 'failed',
      fullName: 'a lamp shines',
      failureMessages: ['Error: \u001b[31mdark\u001b[39m\n\n    at Lamp (lamp.ts:1:2)\n  it was 3'],
    }
    const starved = { ...failed, failureMessages: [`Error: ${STARVED}: by 90 ms`] }
    const cases = [failed, starved, { status: 'passed', fullName: 'b' }]
    const stage = withResults({ testResults: [{ ...file('/a', 'failed'), assertionResults: cases }] })
    expect(failuresOf(stage)).toEqual(['a lamp shines\n  Error: dark\n    it was 3'])
  })

  it('is not made when much has failed, or nothing', () => {
    const many = Array.from({ length: 6 }, (_, i) => file(`/${i}`, 'failed'))
    expect(againOf(withResults({ testResults: many }))).toBeNull()
    expect(againOf(withResults({ testResults: [file('/a', 'passed')] }))).toBeNull()
  })

  it('counts each case once, and as failed only what failed in both', () => {
    const named = (states: Record<string, string>) =>
      Object.entries(states).map(([fullName, status]) => ({
        status,
        fullName,
        failureMessages: ['Error: dark'],
      }))
    const tried = (name: string, assertionResults: { status: string }[]): Stage => {
      const count = (wanted: string) => assertionResults.filter(({ status }) => status === wanted).length
      const counts = { numPassedTests: count('passed'), numFailedTests: count('failed') }
      return withResults(
        { ...counts, testResults: [{ name: '/a', status: 'failed', assertionResults }] },
        name,
      )
    }
    const first = tried('first', named({ one: 'passed', two: 'failed', three: 'failed', four: 'passed' }))
    const again = tried('again', named({ one: 'failed', two: 'failed', three: 'passed', four: 'passed' }))
    expect(countBoth(first, again, false)).toEqual({ passed: 3, failed: 1, invalid: 0 })
    expect(failuresOf(again, first)).toEqual(['two\n  Error: dark'])
  })

  it('leaves open what could not be measured in either', () => {
    const starved = { status: 'failed', fullName: 'a', failureMessages: [`Error: ${STARVED}: by 90 ms`] }
    const results = (one: { status: string }, passed: number) => ({
      ...{ numPassedTests: passed, numFailedTests: 1 - passed },
      testResults: [{ name: '/a', status: 'failed', assertionResults: [one] }],
    })
    const first = withResults(results(starved, 0), 'first')
    expect(countBoth(first, withResults(results(starved, 0), 'again'), false)).toMatchObject({ invalid: 1 })
    const passed = withResults(results({ ...starved, status: 'passed' }, 1), 'passed')
    expect(countBoth(passed, first, false)).toEqual({ passed: 1, failed: 0, invalid: 0 })
  })

  it('forgets nothing that could not be measured in a file that was not tried again', () => {
    const starved = { status: 'failed', fullName: 'a', failureMessages: [`Error: ${STARVED}: by 90 ms`] }
    const wrong = { status: 'failed', fullName: 'b', failureMessages: ['Error: dark'] }
    const of = (name: string, ...assertionResults: object[]) => ({
      ...file(name, 'failed'),
      assertionResults,
    })
    const first = withResults({ testResults: [of('/a', starved), of('/b', wrong)] }, 'first')
    const well = { ...of('/b', { ...wrong, status: 'passed' }), status: 'passed' }
    const again = withResults({ numPassedTests: 1, numFailedTests: 0, testResults: [well] }, 'again')
    expect(countBoth(first, again, true)).toEqual({ passed: 1, failed: 0, invalid: 1 })
  })

  it('lets no case pass for another of its name', () => {
    const one = (status: string) => ({ status, fullName: 'a', failureMessages: ['Error: dark'] })
    const twins = { ...file('/a', 'failed'), assertionResults: [one('passed'), one('failed')] }
    const results = { numPassedTests: 1, numFailedTests: 1, testResults: [twins] }
    const [first, again] = [withResults(results, 'first'), withResults(results, 'again')]
    expect(countBoth(first, again, false)).toMatchObject({ failed: 1 })
  })

  it('that cannot even run has failed', () => {
    const first = withResults({ testResults: [file('/a', 'failed')] }, 'first')
    const broken = { testResults: [{ ...file('/a', 'failed'), assertionResults: [] }] }
    const again = withResults({ numRuntimeErrorTestSuites: 1, ...broken }, 'again')
    expect(countBoth(first, again, false)).toMatchObject({ failed: 1 })
  })
})
