import { Metric, NOT_APPLICABLE, QuestionType } from '../../../../server/contract/scorecard.ts'
import { newId } from '../../../wire/new-id.ts'
import type { Key } from '../../../i18n/keys.ts'
import { ConditionInput } from '../scorecard/condition.tsx'
import type { Description, Field } from '../fields.ts'
import type { Body } from '../merge.ts'
import { DAY, name } from './common.ts'

const typeIs =
  (...types: string[]) =>
  ({ type }: Body) =>
    types.includes(String(type))
const isCount = ({ name: metric }: Body) => metric === 'transfers'

const metric: Field = {
  ...{ at: 'metric', label: 'judge.metric', hint: 'judge.metricHint', is: 'optional', when: typeIs('yesNo') },
  blank: () => ({ name: 'firstReplyMs', atMost: 45_000 }),
  fields: [
    {
      ...{ at: 'name', label: 'judge.measure', is: 'choice', options: Metric.options },
      word: (option): Key => `judge.metric_${option as Metric}`,
    },
    {
      ...{ at: 'atMost', label: 'judge.atMost', is: 'span', min: 0, max: DAY },
      when: (holder) => !isCount(holder),
    },
    { ...{ at: 'atMost', label: 'judge.atMost', is: 'number', min: 0, max: 1_000 }, when: isCount },
  ],
}

const option: readonly Field[] = [
  { at: 'name', label: 'judge.optionName', is: 'text', max: 200 },
  { at: 'points', label: 'judge.optionPoints', is: 'percent' },
  { at: 'fails', label: 'judge.optionFails', is: 'tick' },
]
const freshOption = () => ({ id: newId(), name: '', points: 1, fails: false })

const counts = typeIs('yesNo', 'scale', 'choice')

/** Grades and options of a choice are no words of ours. */
const answerWords: Readonly<Record<string, Key>> = {
  ...{ yes: 'judge.yes', no: 'judge.no', [NOT_APPLICABLE]: 'judge.notApplicable' },
}
const condition: readonly Field[] = [
  { at: 'questionId', label: 'judge.question', is: 'text', max: 300 },
  {
    ...{ at: 'is', label: 'judge.conditionIs', is: 'several', options: Object.keys(answerWords) },
    word: (option) => answerWords[option] ?? 'judge.yes',
  },
]

const question: readonly Field[] = [
  { at: 'name', label: 'judge.question', is: 'text', max: 300 },
  { at: 'help', label: 'judge.help', hint: 'judge.helpHint', is: 'text', max: 1_000, long: true },
  {
    ...{ at: 'type', label: 'judge.type', is: 'choice', options: QuestionType.options },
    word: (given): Key => `judge.type_${given as (typeof QuestionType.options)[number]}`,
  },
  { at: 'weight', label: 'judge.questionWeight', is: 'percent', when: counts },
  {
    ...{ at: 'best', label: 'judge.best', is: 'choice', options: ['yes', 'no'], when: typeIs('yesNo') },
    word: (given) => (given === 'no' ? 'judge.no' : 'judge.yes'),
  },
  { at: 'lowest', label: 'judge.lowest', is: 'number', min: 0, max: 10, when: typeIs('scale') },
  { at: 'highest', label: 'judge.highest', is: 'number', min: 1, max: 10, when: typeIs('scale') },
  {
    ...{ at: 'options', label: 'judge.options', is: 'rows', add: 'judge.addOption', ordered: true },
    ...{ fields: option, blank: freshOption, when: typeIs('choice') },
  },
  { at: 'mayNotApply', label: 'judge.mayNotApply', is: 'tick', when: counts },
  { at: 'fails', label: 'judge.fails', is: 'tick', when: typeIs('yesNo', 'scale') },
  metric,
  { at: 'when', label: 'judge.condition', is: 'own', Own: ConditionInput, says: condition },
]

const freshQuestion = (weight: number) => ({
  ...{
    id: newId(),
    name: '',
    help: '',
    type: 'yesNo',
    weight,
    mayNotApply: false,
    fails: false,
    best: 'yes',
  },
  ...{ lowest: 1, highest: 5, options: [], when: null, metric: null },
})

const freshSection = (weight: number) => ({ id: newId(), name: '', weight, questions: [freshQuestion(1)] })

/** A draft may be half done; what is missing is told where it is published. */
export const scorecard: Description = {
  fields: [
    name,
    { at: 'intro', label: 'judge.intro', hint: 'judge.introHint', is: 'text', max: 2_000, long: true },
    {
      ...{ at: 'passAt', label: 'judge.passAt', hint: 'judge.passAtHint', is: 'optional', blank: () => 0.8 },
      fields: [{ at: '', label: 'judge.passMark', is: 'percent' }],
    },
    {
      ...{ at: 'sections', label: 'judge.sections', hint: 'judge.sectionsHint', is: 'rows', ordered: true },
      add: 'judge.addSection',
      fields: [
        { at: 'name', label: 'judge.section', is: 'text', max: 120 },
        { at: 'weight', label: 'judge.sectionWeight', is: 'percent' },
        {
          ...{ at: 'questions', label: 'judge.questions', is: 'rows', add: 'judge.addQuestion' },
          ...{ ordered: true, fields: question, blank: () => freshQuestion(0) },
        },
      ],
      blank: () => freshSection(0),
    },
  ],
  blank: () => ({ name: '', intro: '', passAt: null, sections: [freshSection(1)] }),
}
