import { useStore } from '@nanostores/react'
import { useState } from 'react'
import { Link } from 'wouter'
import type { Review, ReviewsOfConversation } from '../../../server/contract/assessment.ts'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { newId } from '../../wire/new-id.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { useJudge } from './api.ts'

type StartProps = { all: ReviewsOfConversation; conversationId: string; started(review: Review): void }

/** Whom to score, by which card. Where there is but one of each, it is chosen already. */
export function StartReview({ all, conversationId, started }: StartProps) {
  const { t } = useI18n()
  const judge = useJudge()
  const who = useStore(useSession().$who)
  const publishes = who.phase === 'in' && may(who.person.role, 'configureReviews')
  const fail = useFail()
  const { agents, scorecards } = all
  const [agentId, setAgent] = useState(agents.at(-1)?.id ?? '')
  const [scorecardId, setCard] = useState(scorecards[0]?.id ?? '')
  const [busy, setBusy] = useState(false)
  const [id] = useState(newId)
  if (scorecards.length === 0) {
    return (
      <p className="quiet">
        {t('judge.noScorecards')}{' '}
        {publishes ? (
          <Link href="/settings/scorecards">{t('judge.scorecards')}</Link>
        ) : (
          t('judge.noScorecardsYours')
        )}
      </p>
    )
  }
  if (agents.length === 0) return <p className="quiet">{t('judge.noAgents')}</p>
  const begin = async () => {
    setBusy(true)
    await judge
      .begin({ id, conversationId, agentId, scorecardId })
      .then(started, fail)
      .finally(() => setBusy(false))
  }
  return (
    <form
      className="stack start-review"
      onSubmit={(event) => {
        event.preventDefault()
        void begin()
      }}
    >
      <Choose label={t('judge.whom')} value={agentId} choose={setAgent} options={agents} />
      <Choose label={t('judge.scorecard')} value={scorecardId} choose={setCard} options={scorecards} />
      <div className="row">
        <Button look="primary" submit busy={busy}>
          {t('judge.start')}
        </Button>
      </div>
    </form>
  )
}

type ChooseProps = {
  label: string
  value: string
  choose(id: string): void
  options: readonly { id: string; name: string }[]
  empty?: string
}

export function Choose({ label, value, choose, options, empty }: ChooseProps) {
  return (
    <label className="labelled">
      {label}
      <select className="field" value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {empty === undefined ? null : <option value="">{empty}</option>}
        {options.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  )
}
