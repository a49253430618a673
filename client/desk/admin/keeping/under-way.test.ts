import { expect, it } from '@jest/globals'
import { underWay } from './under-way.ts'

it.each([
  ['removing', true],
  ['purging', true],
  ['waiting', true],
  ['done', false],
] as const)('a job that is %s is asked for again: %s', (phase, again) => {
  expect(underWay([{ phase: 'done' }, { phase }])).toBe(again)
})
