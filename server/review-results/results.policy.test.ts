import { expect, it } from '@jest/globals'
import { idOf, serviceCard } from '../scorecard/testing.ts'
import { type Calendar, type Counted, results as resultsIn } from './results.policy.ts'

const monday = Date.UTC(2026, 10, 23)
const DAY = 86_400_000
const utc: Calendar = { zone: 'UTC', weekStart: 1 }
const results = (reviews: readonly Counted[], calendar = utc) => resultsIn(reviews, calendar)
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

it('says of cards without a mark to pass that nobody can pass, not that nobody did', () => {
  const free = { body: { ...serviceCard(), passAt: null }, passed: null }
  const { all, agents } = results([one('a', 0.9, free), one('b', 0, { ...free, passed: false })])
  expect(all).toEqual({ reviews: 2, points: 0.45, passed: null, failed: 1 })
  expect(agents.map(({ passed }) => passed)).toEqual([null, null])
  expect(results([one('a', 0.9, free), one('a', 0.9)]).all.passed).toBe(1)
})

it('adds up by week, none left out', () => {
  const { weeks } = results([one('a', 1, { at: monday + 6 * DAY }), one('a', 0.5, { at: monday - 8 * DAY })])
  expect(weeks.map(({ day, reviews, points }) => [day, reviews, points])).toEqual([
    ...[
      ['2026-11-09', 1, 0.5],
      ['2026-11-16', 0, null],
      ['2026-11-23', 1, 1],
    ],
  ])
})

it.each([
  // In Tehran, 3:30 ahead, it is 0:30 of Saturday 28 November then: with which weeks begin there, or the sixth day of the week.
  [{ zone: 'Asia/Tehran', weekStart: 6 }, ['2026-11-21 1', '2026-11-28 1']],
  [{ zone: 'Asia/Tehran', weekStart: 1 }, ['2026-11-23 2']],
  // In New York, 5:00 behind, Monday has not begun before 5:00.
  [{ zone: 'America/New_York', weekStart: 1 }, ['2026-11-16 1', '2026-11-23 1']],
])('has the weeks of the reader: %j', (calendar, wanted) => {
  const [early, late] = [Date.UTC(2026, 10, 23, 4, 59), Date.UTC(2026, 10, 27, 21)]
  const { weeks } = results([one('a', 1, { at: late }), one('a', 1, { at: early })], calendar)
  expect(weeks.map(({ day, reviews }) => `${day} ${reviews}`)).toEqual(wanted)
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
