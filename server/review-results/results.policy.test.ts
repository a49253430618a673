import { expect, it } from '@jest/globals'
import { idOf, serviceCard } from '../scorecard/testing.ts'
import { type Counted, results } from './results.policy.ts'

const monday = Date.UTC(2026, 10, 23)
const DAY = 86_400_000
const one = (agent: string, points: number | null, over: Partial<Counted> = {}): Counted => ({
  ...{
    at: monday,
    agent: { id: agent, name: agent },
    team: null,
    scorecard: { id: 'card', name: 'Service' },
  },
  ...{ points, passed: points === null ? null : points >= 0.8, failed: points === 0, body: serviceCard() },
  answers: { [idOf(1)]: 'yes', [idOf(2)]: '3', [idOf(4)]: 'words' },
  ...over,
})

it('adds up by agent, best first, and by team', () => {
  const team = { id: 't', name: 'Night' }
  const { all, agents, teams } = results([
    one('a', 0.5),
    one('b', 1, { team }),
    one('b', 0, { team }),
    one('c', 0.9),
  ])
  expect(all).toEqual({ reviews: 4, points: 0.6, passed: 2, failed: 1 })
  expect(agents.map(({ id, points }) => [id, points])).toEqual([
    ['c', 0.9],
    ['a', 0.5],
    ['b', 0.5],
  ])
  expect(teams).toEqual([{ id: 't', name: 'Night', reviews: 2, points: 0.5, passed: 1, failed: 1 }])
})

it('adds up by week, none left out', () => {
  const { weeks } = results([one('a', 1, { at: monday + 6 * DAY }), one('a', 0.5, { at: monday - 8 * DAY })])
  expect(weeks.map(({ at, reviews, points }) => [(at - monday) / DAY, reviews, points])).toEqual([
    ...[
      [-14, 1, 0.5],
      [-7, 0, null],
      [0, 1, 1],
    ],
  ])
})

it('adds up by question, worst first; words and what was not asked do not count', () => {
  const newest = serviceCard()
  const [section] = newest.sections
  if (section?.questions[1]) section.questions[1].name = 'Clearer'
  const { questions } = results([
    one('a', 1),
    one('a', 1, { at: monday + DAY, body: newest, answers: { [idOf(1)]: 'no', [idOf(2)]: 'na' } }),
    one('a', 1, { at: monday + 2 * DAY, body: newest, answers: { [idOf(2)]: '5' } }),
  ])
  expect(questions.map(({ name, answers, points }) => [name, answers, points])).toEqual([
    ...[
      ['Question 1', 2, 0.5],
      ['Clearer', 2, 0.75],
    ],
  ])
  expect(results([])).toMatchObject({ all: { reviews: 0, points: null }, weeks: [], questions: [] })
})
