import { expect, it } from '@jest/globals'
import { createLoop } from './background.ts'
import { createLogger } from './logger.ts'

it('a loop that fails each time says so once, above what is tried again', async () => {
  const told: { level: number; failures: number }[] = []
  const log = createLogger('warn', 'test', { write: (line) => void told.push(JSON.parse(line)) })
  const done = Promise.withResolvers<void>()
  let passes = 0
  const loop = createLoop({ log }, 'test', 1, async () => {
    passes++
    if (passes === 30) done.resolve()
    if (passes !== 23) throw new Error('no')
  })
  await done.promise
  await loop.stop()
  const [warn, error] = [40, 50]
  expect(told.filter(({ level }) => level === error).map(({ failures }) => failures)).toEqual([20])
  expect(told.filter(({ level }) => level === warn)).toHaveLength(28)
  expect(told.at(-1)).toMatchObject({ failures: 7 })
})
