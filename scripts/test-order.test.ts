import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { ROOT } from './setup/project.ts'
import { LONGEST, longestFirst } from './test-order.ts'

it('names files that there are', () => {
  expect(LONGEST.filter((name) => !existsSync(join(ROOT, name)))).toEqual([])
})

it('starts the longest first and leaves the others as they come', () => {
  const [longest, next] = LONGEST.map((name) => ({ path: join(ROOT, name) }))
  const [large, small] = ['b', 'a'].map((name) => ({ path: join(ROOT, `${name}.test.ts`) }))
  if (!longest || !next || !large || !small) throw new Error('no files')
  expect(longestFirst([large, next, small, longest])).toEqual([longest, next, large, small])
})
