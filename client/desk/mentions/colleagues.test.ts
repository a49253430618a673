import { expect, it } from '@jest/globals'
import { findColleagues, mentionedIn } from './colleagues.ts'

const all = [
  { id: 'a', name: 'Amir Karimi' },
  { id: 's', name: 'Sara' },
  { id: 'p', name: 'سارا احمدی' },
]

it.each<[string, string[]]>([
  ['@Sara could you look?', ['s']],
  ['ask @amir karimi, please', ['a']],
  ['@سارا احمدی لطفاً', ['p']],
  ['@Amir alone is not the whole name', []],
  ['@Saraband plays, mail x@sara.example, Sara without a sign', []],
  ['(@Sara) and again @Sara', ['s']],
])('%s', (text, ids) => {
  expect(mentionedIn(text, all)).toEqual(ids)
})

it('are found by the beginning of any of their names', () => {
  const names = (query: string) => findColleagues(all, query).map(({ id }) => id)
  expect(names('kar')).toEqual(['a'])
  expect(names('')).toEqual(['a', 's', 'p'])
  expect(names('احم')).toEqual(['p'])
})
