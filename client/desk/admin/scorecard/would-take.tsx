import { useState } from 'react'
import { Link } from 'wouter'
import type { SamplingPreview } from '../../../../server/contract/sampling.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { useFail } from '../../use-fail.ts'
import { usePost } from '../../use-post.ts'
import { visitorName } from '../../visitor-name.ts'
import type { Item } from '../items.ts'

const DAY = 86_400_000

/** What the rule, as it is saved, would have taken of the last week. */
export function WouldTake({ body }: Pick<Item, 'body'>) {
  const { t } = useI18n()
  const post = usePost()
  const fail = useFail()
  const [found, setFound] = useState<SamplingPreview | null>(null)
  const [busy, setBusy] = useState(false)
  const look = () => {
    setBusy(true)
    post<SamplingPreview>('/api/desk/sampling/preview', { draft: body })
      .then(setFound, fail)
      .finally(() => setBusy(false))
  }
  return (
    <section className="more" aria-label={t('judge.wouldTake')}>
      <h3>{t('judge.wouldTake')}</h3>
      <p className="quiet">{t('judge.wouldTakeHint')}</p>
      <Button busy={busy} onClick={look}>
        {t('judge.wouldTakeNow')}
      </Button>
      {found ? <Found found={found} /> : null}
    </section>
  )
}

function Found({ found: { from, to, taken, more, examples } }: { found: SamplingPreview }) {
  const i18n = useI18n()
  const { t, locale, day } = i18n
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  return (
    <div className="notice" role="status">
      <p>
        {dates.formatRange(from, to - DAY)}: {t('judge.taken', { count: taken })}
        {more ? ` ${t('judge.wouldTakeMore')}` : null}
      </p>
      {examples.length > 0 ? (
        <ul className="members">
          {examples.map(({ conversationId, visitor, endedAt, agent, reviewer }) => (
            <li key={`${conversationId} ${agent}`}>
              <span>
                <Link href={`/replay/${conversationId}`}>
                  <bdi>{visitorName(i18n, visitor, conversationId)}</bdi>
                </Link>{' '}
                <small className="quiet">
                  {day(endedAt)} · <bdi>{agent}</bdi>
                </small>
              </span>
              <small className="quiet">
                {reviewer === null ? t('judge.wouldTakeNobody') : <bdi>{reviewer}</bdi>}
              </small>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
