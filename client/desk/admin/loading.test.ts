import { expect, it } from '@jest/globals'
import { createLoading } from './loading.ts'

it('what could not be had can be asked for again', async () => {
  const answers = [Promise.reject(new Error('away')), Promise.resolve()]
  const told: unknown[] = []
  const { $state, ask } = createLoading(
    () => answers.shift() ?? Promise.reject(new Error('asked once too often')),
    (error) => told.push(error),
  )
  const seen: string[] = []
  $state.subscribe((state) => seen.push(state))
  await ask()
  expect($state.get()).toBe('failed')
  await ask()
  expect(seen).toEqual(['loading', 'failed', 'loading', 'there'])
  expect(told).toHaveLength(1)
})
