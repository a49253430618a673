import { expect, it } from '@jest/globals'
import { descriptions } from './kinds/kinds.ts'
import { createLoading, needs } from './loading.ts'
import { sectionsFor } from './sections.ts'

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

/** Whatever is chosen from somewhere in a description. */
function picked(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return []
  const own = 'is' in part && part.is === 'pick' && 'of' in part ? [String(part.of)] : []
  return [...own, ...Object.values(part).flatMap(picked)]
}

const sources = sectionsFor('admin').flatMap(({ source }) => source ?? [])

it.each(sources)('of a %s every list is there that its form chooses from', (source) => {
  expect([source, ...(needs[source] ?? [])]).toEqual(
    expect.arrayContaining(picked(descriptions[source].fields)),
  )
})
