import { expect, it } from '@jest/globals'
import { card, idOf, question, serviceCard } from '../scorecard/testing.ts'
import { compare, type Given } from './compare.policy.ts'

const given = (name: string, conversationId: string, first: string, second: string, points = 1): Given => ({
  ...{ person: { id: name, name }, conversationId, points },
  answers: { [idOf(1)]: first, [idOf(2)]: second, [idOf(3)]: 'yes', [idOf(4)]: 'words are not compared' },
})

it('compares each with the expert, and those who took part with each other', () => {
  const all = [
    ...[given('expert', 'a', 'yes', '5', 1), given('expert', 'b', 'no', '1', 0)],
    ...[given('mina', 'a', 'yes', '5', 1), given('mina', 'b', 'no', '1', 0)],
    ...[given('kian', 'a', 'yes', '3', 0.8), given('kian', 'b', 'yes', '1', 0.4)],
  ]
  const { raters, questions, agreement, kappa } = compare(serviceCard(), all, 'expert')
  expect(raters.map(({ person, agreement: share }) => [person.id, share])).toEqual([
    ['mina', 1],
    ['kian', 4 / 6],
  ])
  expect(raters[0]?.kappa).toBeCloseTo(1, 9)
  // Of kian and the expert: observed 4/6; the expert gives full points 4 of 6 times, kian as often, 0 points that do not fail it once each.
  expect(raters[1]?.kappa).toBeCloseTo((4 / 6 - (4 * 4 + 1 * 1) / 36) / (1 - 17 / 36), 9)
  expect(raters[1]?.above).toBeCloseTo(0.1, 9)
  expect(agreement).toBeCloseTo(10 / 12, 9)
  expect(questions.map((one) => [one.id, one.agreement])).toEqual([
    ...[
      [idOf(1), 0.75],
      [idOf(2), 0.75],
      [idOf(3), 1],
    ],
  ])
  expect(kappa).not.toBeNull()
})

it('says nothing where nobody but the expert has scored, and takes a question asked of one alone for apart', () => {
  const alone = compare(serviceCard(), [given('expert', 'a', 'yes', '5')], 'expert')
  expect(alone).toMatchObject({ agreement: null, kappa: null, raters: [] })
  const other = { ...given('mina', 'a', 'yes', '5'), answers: { [idOf(1)]: 'yes' } }
  const { raters } = compare(serviceCard(), [given('expert', 'a', 'yes', '5'), other], 'expert')
  expect(raters[0]?.agreement).toBeCloseTo(1 / 3, 9)
})

it('takes being asked for an answer among those who took part, too: nobody who was not asked is left out', () => {
  const then = question(2, { weight: 0.5, when: { questionId: idOf(1), is: ['no'] } })
  const body = card([[1, [question(1, { weight: 0.5 }), then]]])
  const said = (name: string, talk: string, first: string, ...second: string[]): Given => ({
    ...given(name, talk, first, ''),
    answers: { [idOf(1)]: first, ...(second[0] && { [idOf(2)]: second[0] }) },
  })
  const all = [
    ...[said('mina', 'a', 'no', 'yes'), said('kian', 'a', 'no', 'yes')],
    ...[said('mina', 'b', 'no', 'yes'), said('kian', 'b', 'yes')],
    // Asked of nobody there, it says nothing.
    ...[said('mina', 'c', 'yes'), said('kian', 'c', 'yes')],
  ]
  const { questions, kappa } = compare(body, all, 'expert')
  // Alike in one of two conversations; three of four answers are yes: (1/2 − 10/16) / (6/16).
  expect(questions[1]?.kappa).toBeCloseTo(-1 / 3, 9)
  // Of five pairs three are alike; of ten answers there are 6 of all points, 3 of none, and one was not asked for.
  expect(kappa).toBeCloseTo((3 / 5 - 0.46) / 0.54, 9)
})

it('keeps two options apart that give the same points, together with other questions where one fails the review', () => {
  const option = (number: number, name: string, fails = false) => ({
    id: idOf(number),
    name,
    points: 0,
    fails,
  })
  const options = [option(10, 'Curt'), option(11, 'Cold'), option(12, 'Insulting', true)]
  const tone = question(1, { type: 'choice', weight: 0.5, options })
  const body = card([[1, [tone, question(2, { weight: 0.5 })]]])
  const agreed = (mine: number, theirs: number) => {
    const said = (name: string, first: number) => given(name, 'a', idOf(first), 'yes')
    const { agreement, questions } = compare(body, [said('expert', theirs), said('mina', mine)], 'expert')
    return [agreement, questions[0]?.agreement]
  }
  expect(agreed(10, 10)).toEqual([1, 1])
  expect(agreed(10, 11)).toEqual([1, 0])
  expect(agreed(10, 12)).toEqual([0.5, 0])
})
