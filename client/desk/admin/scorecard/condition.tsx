/** On which answers to which earlier question another is asked. */
import type { Question } from '../../../../server/contract/scorecard.ts'
import { answersTo } from '../../../../server/scorecard/scorecard.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { useAnswerWords } from '../../judge/answer-words.ts'
import { useBody } from '../body-context.ts'
import { Grouped, Labelled } from '../controls/labelled.tsx'
import type { ControlProps } from '../fields.ts'
import { valueAt } from '../path.ts'

type Condition = { questionId: string; is: string[] }

const asRows = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** `path`: of the condition, `sections.0.questions.2.when`. What is words has no answers to ask for. */
function useEarlier(path: string): Question[] {
  const body = useBody()
  const [, section = '0', , question = '0'] = path.split('.')
  return asRows(body['sections']).flatMap((one, at) => {
    if (at > Number(section)) return []
    const questions = asRows(valueAt(one, 'questions')) as Question[]
    const before = at < Number(section) ? questions : questions.slice(0, Number(question))
    return before.filter(({ type }) => type !== 'text')
  })
}

export function ConditionInput({ label, path, value, change }: ControlProps) {
  const { t } = useI18n()
  const earlier = useEarlier(path)
  const words = useAnswerWords()
  const condition = value as Condition | null
  const on = earlier.find(({ id }) => id === condition?.questionId)
  const chosen = condition?.is ?? []
  if (earlier.length === 0 && condition === null) return null
  return (
    <>
      <Labelled label={label} path={`${path}.questionId`}>
        {(tie) => (
          <select
            {...tie}
            className="field"
            value={condition?.questionId ?? ''}
            onChange={(event) => {
              const questionId = event.currentTarget.value
              change(questionId === '' ? null : { questionId, is: [] })
            }}
          >
            <option value="">{t('judge.always')}</option>
            {condition && !on ? (
              <option value={condition.questionId}>{t('judge.conditionGone')}</option>
            ) : null}
            {earlier.map(({ id, name }) => (
              <option key={id} value={id}>
                {t('judge.onAnswerTo', { name })}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      {condition && on ? (
        <Grouped label={t('judge.conditionIs')} path={`${path}.is`}>
          <div className="choice">
            {(answersTo(on) ?? []).map((answer) => (
              <label key={answer}>
                <input
                  type="checkbox"
                  checked={chosen.includes(answer)}
                  onChange={(event) =>
                    change({
                      ...condition,
                      is: event.currentTarget.checked
                        ? [...chosen, answer]
                        : chosen.filter((one) => one !== answer),
                    })
                  }
                />
                {words(on, answer)}
              </label>
            ))}
          </div>
        </Grouped>
      ) : null}
    </>
  )
}
