/** A lead decides about a disputed review: it stands, its answers change, or it counts no more. */
import { useState } from 'react'
import { Outcome, type Review } from '../../../server/contract/assessment.ts'
import { score } from '../../../server/scorecard/scorecard.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { useFail } from '../use-fail.ts'
import { useJudge } from './api.ts'
import { Card, Total } from './card.tsx'

export function Decide({ review, decided }: { review: Review; decided(review: Review): void }) {
  const { t } = useI18n()
  const judge = useJudge()
  const fail = useFail()
  const [outcome, setOutcome] = useState<Outcome>('upheld')
  const [words, setWords] = useState('')
  const [answers, setAnswers] = useState(review.answers)
  const [busy, setBusy] = useState(false)
  const result = score(review.version.body, answers)
  const changes = outcome === 'changed'
  const whole = !changes || result.missing.length === 0
  const send = async () => {
    setBusy(true)
    const given = { outcome, words, ...(changes ? { answers } : {}) }
    await judge
      .decide(review.id, given)
      .then(decided, fail)
      .finally(() => setBusy(false))
  }
  return (
    <form
      className="judge-part say-here"
      aria-label={t('judge.decision')}
      onSubmit={(event) => {
        event.preventDefault()
        if (words.trim() !== '' && whole) void send()
      }}
    >
      <fieldset className="choice">
        <legend>{t('judge.decision')}</legend>
        {Outcome.options.map((one) => (
          <label key={one}>
            <input type="radio" name="outcome" checked={outcome === one} onChange={() => setOutcome(one)} />
            {t(`judge.outcome_${one}`)}
          </label>
        ))}
      </fieldset>
      {changes ? (
        <>
          {/* What its reviewer has noted stays theirs: the reason is the place for other words. */}
          <Card
            {...{ review, tried: true, notes: false, draft: { ...review, answers } }}
            change={(part) => setAnswers(part.answers ?? answers)}
          />
          <Total result={result} />
        </>
      ) : null}
      <label className="labelled">
        {t('judge.reason')}
        <textarea
          className="field"
          dir="auto"
          rows={3}
          maxLength={4_000}
          required
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </label>
      <Button look="primary" submit busy={busy} disabled={words.trim() === '' || !whole}>
        {t('judge.decide')}
      </Button>
    </form>
  )
}
