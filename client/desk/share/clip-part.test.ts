import { expect, it } from '@jest/globals'
import { createAxis } from '../../replay/axis.ts'
import { partOf, wishesIn } from './clip-part.ts'

const MINUTE = 60_000
/** Two words, eight hours apart, and a call of a quarter of an hour after the second. */
const later = 8 * 60 * MINUTE
const axis = createAxis([0, later], [{ from: later, to: later + 15 * MINUTE }])

it.each([
  ['a part of the call', '0:10', '5:00', { from: expect.any(Number), to: expect.any(Number) }],
  ['no times', 'soon', '5:00', 'Times'],
  ['the end before the beginning', '5:00', '0:10', 'Times'],
  ['more than may be shared', '0:10', '11:00', 'Times'],
  ['little, were it not for the silence in between', '0:00', '0:30', 'Silence'],
])('%s', (_, from, to, part) => {
  expect(partOf({ from, to }, axis)).toEqual(part)
})

it.each(['      ', ' geheim ', ''])('a link is behind the password that was typed: “%s”', (password) => {
  const data = new FormData()
  for (const [name, value] of Object.entries({ recipient: ' Bahram ', days: '7', password }))
    data.set(name, value)
  const wishes = { recipient: 'Bahram', days: 7 }
  expect(wishesIn(data)).toEqual(password === '' ? wishes : { ...wishes, password })
})
