import { expect, it } from '@jest/globals'
import { drawing, type Found, markdown, withTable } from './page.ts'

const found: Found[] = [
  {
    name: 'C, 1 agent',
    contacts: 600_000,
    figures: [
      { key: 'waits', exact: 0.5, value: 0.51, error: 0.005 },
      { key: 'meanWaitS', exact: 150, value: 149, error: 1 },
    ],
  },
]

it('a row says exact, simulated and how far apart; nothing where there is nothing to compare', () => {
  expect(markdown(found).split('\n').at(-1)).toBe(
    '| C, 1 agent | 0.6 M | 0.5 / 0.51 (2.0) | – | 150 / 149 (-1.0) | – | – |',
  )
  const columns = markdown(found)
    .split('\n')
    .map((row) => row.split('|').length)
  expect(new Set(columns).size).toBe(1)
})

it('the table takes the place of the old one and nothing else', () => {
  const begin = '<!-- erlang: written by npm run bench -- erlang --write -->'
  const page = `before\n${begin}\nold\n<!-- erlang: end -->\nafter\n`
  expect(withTable(page, 'new')).toBe(page.replace('old', 'new'))
  expect(() => withTable('no marks', 'new')).toThrow('lacks the marks')
})

it('the picture has a point for each figure beside the legend', () => {
  expect(drawing(found).match(/<circle/g)).toHaveLength(5 + 2)
})
