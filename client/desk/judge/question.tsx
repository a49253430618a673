/** One question of a scorecard: its answer, a note beside it, and what was measured. */
import { type ReactNode, useId, useState } from 'react'
import type { Measured, Question as Asked } from '../../../server/contract/scorecard.ts'
import { answersTo } from '../../../server/scorecard/scorecard.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { useAnswerWords } from './answer-words.ts'

export type QuestionProps = {
  question: Asked
  answer: string | undefined
  note: string
  measured: Measured
  /** It has no answer, and handing in was tried. */
  open: boolean
  /** Missing: it is only read. */
  change?: { answer(value: string): void; note?(words: string): void } | undefined
  /** What belongs to it: comments at moments. */
  children?: ReactNode
}

export function Question(props: QuestionProps) {
  const { t, n } = useI18n()
  const { question, open, children } = props
  const { name, help, type, weight } = question
  const id = useId()
  return (
    <fieldset className="question" aria-describedby={`${id}-about`} aria-invalid={open || undefined}>
      <legend>
        <bdi>{name}</bdi>
        {type === 'text' ? null : (
          <small className="quiet"> {n(weight, { style: 'percent', maximumFractionDigits: 1 })}</small>
        )}
      </legend>
      <div id={`${id}-about`}>
        {help ? (
          <p className="quiet" dir="auto">
            {help}
          </p>
        ) : null}
        <Measure {...props} />
        {open ? <p className="fault">{t('judge.needsAnswer')}</p> : null}
      </div>
      {props.change ? <Answering {...props} id={id} change={props.change} /> : <Answer {...props} />}
      {children}
    </fieldset>
  )
}

function Measure({ question: { metric }, measured }: QuestionProps) {
  const { t, n, span } = useI18n()
  const value = metric && measured[metric.name]
  if (!metric || value === null || value === undefined) return null
  const say = (one: number) =>
    metric.name === 'transfers' ? n(one) : one < 1_000 ? t('common.seconds', { count: 0 }) : span(one)
  if (metric.name === 'firstReplyMs' && measured.unanswered)
    return <p className="quiet">{t('judge.unanswered', { value: say(value), limit: say(metric.atMost) })}</p>
  return (
    <p className="quiet">
      {t('judge.measured', {
        ...{ what: t(`judge.metric_${metric.name}`), value: say(value), limit: say(metric.atMost) },
      })}
    </p>
  )
}

function Answer({ question, answer, note }: QuestionProps) {
  const { t } = useI18n()
  const words = useAnswerWords()
  return (
    <>
      <p className="question-answer" dir="auto">
        {answer === undefined ? (
          <span className="quiet">{t('judge.noAnswer')}</span>
        ) : (
          words(question, answer)
        )}
      </p>
      <Note words={note} />
    </>
  )
}

const Note = ({ words }: { words: string }) =>
  words ? (
    <p className="question-note" dir="auto">
      {words}
    </p>
  ) : null

type Changing = QuestionProps & { id: string; change: NonNullable<QuestionProps['change']> }

function Answering({ question, answer, note, id, change }: Changing) {
  const words = useAnswerWords()
  const answers = answersTo(question)
  return (
    <>
      {answers ? (
        <div className="answers">
          {answers.map((value) => (
            <label key={value}>
              <input
                type="radio"
                name={id}
                value={value}
                checked={answer === value}
                onChange={() => change.answer(value)}
              />
              <span>{words(question, value)}</span>
            </label>
          ))}
        </div>
      ) : (
        <textarea
          className="field"
          dir="auto"
          rows={3}
          maxLength={2_000}
          aria-label={question.name}
          value={answer ?? ''}
          onChange={(event) => change.answer(event.currentTarget.value)}
        />
      )}
      {change.note ? <Noting name={question.name} note={note} change={change.note} /> : <Note words={note} />}
    </>
  )
}

function Noting({ name, note, change }: { name: string; note: string; change(words: string): void }) {
  const { t } = useI18n()
  const [noting, setNoting] = useState(false)
  return noting || note !== '' ? (
    <textarea
      className="field"
      dir="auto"
      rows={2}
      maxLength={2_000}
      aria-label={t('judge.noteTo', { name })}
      placeholder={t('judge.note')}
      value={note}
      autoFocus={noting && note === ''}
      onChange={(event) => change(event.currentTarget.value)}
    />
  ) : (
    <Button look="quiet" className="question-more" onClick={() => setNoting(true)}>
      {t('judge.addNote')}
    </Button>
  )
}
