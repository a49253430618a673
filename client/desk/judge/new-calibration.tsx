import { useEffect, useState } from 'react'
import type { CalibrationChoices } from '../../../server/contract/calibration.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { newId } from '../../wire/new-id.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { Choose } from './start-review.tsx'

const ids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Conversations are given by their links, as they stand in the address of a replay. */
export function NewCalibration({ made }: { made(id: string): void }) {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [id] = useState(newId)
  const [choices, setChoices] = useState<CalibrationChoices | null>(null)
  const [name, setName] = useState('')
  const [scorecardId, setCard] = useState('')
  const [expertId, setExpert] = useState('')
  const [reviewerIds, setReviewers] = useState<string[]>([])
  const [links, setLinks] = useState('')
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    session
      .fetch('/api/desk/calibrations/choices')
      .then(async (answer) => setChoices((await answer.json()) as CalibrationChoices))
      .catch(fail)
  }, [session])
  if (!choices) return null
  const conversationIds = [...new Set(links.match(ids) ?? [])]
  const whole = name.trim() && scorecardId && expertId && reviewerIds.length > 0 && conversationIds.length > 0
  const send = async () => {
    setBusy(true)
    const body = JSON.stringify({ id, name, scorecardId, expertId, reviewerIds, conversationIds })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    await session
      .fetch('/api/desk/calibrations', init)
      .then(() => made(id), fail)
      .finally(() => setBusy(false))
  }
  return (
    <form
      className="own-review"
      aria-label={t('judge.newCalibration')}
      onSubmit={(event) => {
        event.preventDefault()
        if (whole) void send()
      }}
    >
      <h2>{t('judge.newCalibration')}</h2>
      <label className="labelled">
        {t('judge.calibrationName')}
        <input
          className="field"
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <Choose
        {...{ label: t('judge.scorecard'), value: scorecardId, choose: setCard, empty: t('judge.chooseOne') }}
        options={choices.scorecards}
      />
      <Choose
        {...{ label: t('judge.expert'), value: expertId, choose: setExpert, empty: t('judge.chooseOne') }}
        options={choices.reviewers}
      />
      <fieldset className="choice">
        <legend>{t('judge.reviewers')}</legend>
        {choices.reviewers
          .filter((one) => one.id !== expertId)
          .map((one) => (
            <label key={one.id}>
              <input
                type="checkbox"
                checked={reviewerIds.includes(one.id)}
                onChange={(event) =>
                  setReviewers(
                    event.currentTarget.checked
                      ? [...reviewerIds, one.id]
                      : reviewerIds.filter((other) => other !== one.id),
                  )
                }
              />
              <bdi>{one.name}</bdi>
            </label>
          ))}
      </fieldset>
      <label className="labelled">
        {t('judge.conversations')}
        <textarea
          className="field"
          dir="ltr"
          rows={4}
          value={links}
          onChange={(event) => setLinks(event.currentTarget.value)}
        />
        <small className="quiet">{t('judge.conversationsHint', { count: conversationIds.length })}</small>
      </label>
      <div className="row">
        <Button look="primary" submit busy={busy} disabled={!whole}>
          {t('judge.begin')}
        </Button>
      </div>
    </form>
  )
}
