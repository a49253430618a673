/** Adds up reviews. Pure. */
import type { ReviewResults, Tally, TallyOf, WeekTally } from '../contract/review-results.ts'
import type { ReviewAnswers, ScorecardBody } from '../contract/scorecard.ts'
import { daysAfter, instantOf, wallAt, weekdayOf } from '../hours/wall-clock.policy.ts'
import { askedOf, pointsOf, questionsOf } from '../scorecard/scorecard.ts'

type Named = { id: string; name: string }

/** A review that counts. `at`: when it was handed in, ms. */
export type Counted = {
  at: number
  agent: Named
  team: Named | null
  scorecard: Named
  points: number | null
  passed: boolean | null
  failed: boolean
  answers: ReviewAnswers
  body: ScorecardBody
}

/** Whose weeks: by which wall clock, and from which day on (0 is Sunday). */
export type Calendar = { zone: string; weekStart: number }

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

export function tally(reviews: readonly Counted[]): Tally {
  return {
    reviews: reviews.length,
    points: mean(reviews.flatMap(({ points }) => points ?? [])),
    // Nobody can pass where there is no mark: none who did would say that all fell short.
    passed: reviews.some(({ body }) => body.passAt !== null)
      ? reviews.filter(({ passed }) => passed === true).length
      : null,
    failed: reviews.filter(({ failed }) => failed).length,
  }
}

function grouped<K, T>(all: readonly T[], keyOf: (one: T) => K | null): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const one of all) {
    const key = keyOf(one)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return groups
}

/** Best first; those without points last. */
const byPoints = (one: Tally, other: Tally): number => (other.points ?? -1) - (one.points ?? -1)

function talliesBy(reviews: readonly Counted[], of: (one: Counted) => Named | null): TallyOf[] {
  const groups = grouped(reviews, (one) => of(one)?.id ?? null)
  return [...groups]
    .map(([id, group]) => ({ id, name: group.map(of).find((one) => one)?.name ?? '', ...tally(group) }))
    .sort(byPoints)
}

/** From the week of the first to that of the last. */
function weeks(reviews: readonly Counted[], { zone, weekStart }: Calendar): WeekTally[] {
  const open = [...reviews].sort((one, other) => one.at - other.at)
  const [first] = open
  if (!first) return []
  const { date } = wallAt(zone, first.at)
  const all: WeekTally[] = []
  for (let day = daysAfter(date, -((weekdayOf(date) - weekStart + 7) % 7)); open.length > 0; ) {
    const next = daysAfter(day, 7)
    const end = instantOf(zone, { date: next, minutes: 0 })
    const later = open.findIndex(({ at }) => at >= end)
    all.push({ day, ...tally(open.splice(0, later < 0 ? open.length : later)) })
    day = next
  }
  return all
}

/** A question is the same through the versions of its scorecard; it is called as in the newest. Worst first. */
function questions(reviews: readonly Counted[]): ReviewResults['questions'] {
  const found = new Map<string, { name: string; scorecard: string; points: number[] }>()
  for (const { body, answers, scorecard } of [...reviews].sort((one, other) => other.at - one.at)) {
    const asked = askedOf(body, answers)
    for (const question of questionsOf(body)) {
      const points = asked.has(question.id) ? pointsOf(question, answers[question.id]) : null
      if (points === null) continue
      const known = found.get(question.id) ?? { name: question.name, scorecard: scorecard.name, points: [] }
      known.points.push(points)
      found.set(question.id, known)
    }
  }
  return [...found]
    .map(([id, { points, ...named }]) => ({ id, ...named, answers: points.length, points: mean(points) }))
    .sort((one, other) => (one.points ?? 2) - (other.points ?? 2))
}

/** Best first. */
export const agentTallies = (reviews: readonly Counted[]): TallyOf[] =>
  talliesBy(reviews, ({ agent }) => agent)

export function results(
  reviews: readonly Counted[],
  calendar: Calendar,
): Omit<ReviewResults, 'scorecards' | 'cut'> {
  return {
    all: tally(reviews),
    agents: agentTallies(reviews),
    teams: talliesBy(reviews, ({ team }) => team),
    questions: questions(reviews),
    weeks: weeks(reviews, calendar),
  }
}
