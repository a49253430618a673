import { expect, it } from '@jest/globals'
import { idOf, serviceCard } from '../scorecard/testing.ts'
import { answersOf, kept } from './kept.policy.ts'
import { compileRules, maskText } from '../masking/masking.policy.ts'

const CARD = '4111 1111 1111 1111'
const MASKED = '•••• •••• •••• ••••'
const rules = compileRules([])
const masked = (words: string) => maskText(words, rules).text
const body = serviceCard()
/** No question of the card. */
const strange = idOf(99)

it('masks what is written in words: answers to questions that want words, notes, and the summary', () => {
  const answers = { [idOf(1)]: 'yes', [idOf(4)]: `Said ${CARD} aloud` }
  const input = { rev: 0, answers, notes: { [idOf(1)]: `At ${CARD}` }, summary: `She wrote ${CARD}` }
  expect(kept(body, input, masked)).toEqual({
    answers: { [idOf(1)]: 'yes', [idOf(4)]: `Said ${MASKED} aloud` },
    notes: { [idOf(1)]: `At ${MASKED}` },
    summary: `She wrote ${MASKED}`,
  })
})

it('keeps nothing of questions that the card has not, and no empty note', () => {
  const notes = { [strange]: 'Whatever', [idOf(1)]: '', [idOf(2)]: 'Quick' }
  const input = { rev: 0, answers: { [strange]: 'yes', [idOf(2)]: '5' }, notes, summary: '' }
  expect(kept(body, input, masked)).toEqual({
    ...{ answers: { [idOf(2)]: '5' }, notes: { [idOf(2)]: 'Quick' }, summary: '' },
  })
})

it('leaves answers as they are that are none in words: they are compared, and counted', () => {
  const marked = (words: string) => `${words}!`
  const answers = { [idOf(1)]: 'no', [idOf(2)]: '3', [idOf(4)]: 'Well' }
  expect(answersOf(body, answers, marked)).toEqual({ ...answers, [idOf(4)]: 'Well!' })
})
