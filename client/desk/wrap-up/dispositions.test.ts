import { expect, it } from '@jest/globals'
import { choosable } from './dispositions.ts'

const node = (id: string, name: string, parentId: string | null = null) => ({ id, body: { name, parentId } })

it('of a tree the ends can be chosen, in the order of their ways', () => {
  const tree = [
    ...[node('s', 'Sales'), node('o', 'Order placed', 's'), node('r', 'Returns', 'a')],
    ...[node('x', 'Spam'), node('a', 'After sales', 's')],
  ]
  expect(choosable(tree, 'en')).toEqual([
    { id: 'r', path: 'Sales › After sales › Returns' },
    { id: 'o', path: 'Sales › Order placed' },
    { id: 'x', path: 'Spam' },
  ])
})
