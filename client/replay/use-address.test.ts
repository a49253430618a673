import { expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { createAxis } from './axis.ts'
import type { Scene } from './scene.ts'
import { addressAt } from './use-address.ts'

it('the address of a moment keeps what was looked for and the review that is open, and no way to another moment', () => {
  const axis = createAxis([1_000, 61_000], [{ from: 1_000, to: 61_000 }])
  const player = { $position: atom(12_300) } as unknown as Scene['player']
  const at = (search: string) => addressAt({ player, axis }, { pathname: '/desk/replay/c', search })
  expect(at('')).toBe('/desk/replay/c?t=12.3')
  expect(at('?review=r&q=red+shoes&seq=4')).toBe('/desk/replay/c?review=r&q=red+shoes&t=12.3')
  expect(at('?at=12&t=3')).toBe('/desk/replay/c?t=12.3')
})
