import { expect, it } from '@jest/globals'
import type { Review, ReviewStep } from '../../../server/contract/assessment.ts'
import { idOf, serviceCard } from '../../../server/scorecard/testing.ts'
import { changedAt } from './changes.ts'

const step = (what: ReviewStep['step'], answersBefore: ReviewStep['answersBefore'] = null): ReviewStep => ({
  ...{ at: 0, person: null, step: what, words: '', pointsBefore: 0, pointsAfter: 1, answersBefore },
})
const review = (answers: Review['answers'], ...steps: ReviewStep[]) =>
  ({ answers, steps, version: { body: serviceCard() } }) as unknown as Review
const changes = (of: Review, place: number) =>
  changedAt(of, place).map(({ question, before, after }) => [question.id, before, after])

it('names the questions that a decision has answered otherwise, with both answers', () => {
  const before = { [idOf(1)]: 'yes', [idOf(2)]: '4' }
  const decided = review(
    { [idOf(1)]: 'yes', [idOf(2)]: '5', [idOf(3)]: 'na' },
    step('submitted'),
    step('changed', before),
  )
  expect(changes(decided, 0)).toEqual([])
  expect(changes(decided, 1)).toEqual([
    [idOf(2), '4', '5'],
    [idOf(3), undefined, 'na'],
  ])
})

it('compares with what the next decision found', () => {
  const twice = review(
    { [idOf(2)]: '5' },
    step('changed', { [idOf(2)]: '3' }),
    step('changed', { [idOf(2)]: '4' }),
  )
  expect([changes(twice, 0), changes(twice, 1)]).toEqual([[[idOf(2), '3', '4']], [[idOf(2), '4', '5']]])
})
