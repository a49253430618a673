/** What a rule of sampling has taken, period by period. */
import { useEffect, useState } from 'react'
import type { SamplingRun, SamplingRuns } from '../../../../server/contract/sampling.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { useSession } from '../../session/session-context.ts'
import { useFail } from '../../use-fail.ts'
import type { Item } from '../items.ts'
import { WouldTake } from './would-take.tsx'

const DAY = 86_400_000

export function SamplingMore({ item }: { item: Item }) {
  return (
    <>
      <WouldTake key={item.version} body={item.body} />
      <Runs item={item} />
    </>
  )
}

function Runs({ item: { id, version } }: { item: Item }) {
  const { t, locale } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [runs, setRuns] = useState<SamplingRun[] | null>(null)
  useEffect(() => {
    let latest = true
    session
      .fetch(`/api/desk/sampling/${id}/runs`)
      .then(async (answer) => {
        const found = (await answer.json()) as SamplingRuns
        if (latest) setRuns(found.runs)
      })
      .catch(fail)
    return () => {
      latest = false
    }
  }, [session, id, version])
  if (runs === null) return null
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  return (
    <section className="more" aria-label={t('judge.runs')}>
      <h3>{t('judge.runs')}</h3>
      {runs.length === 0 ? <p className="quiet">{t('judge.noRuns')}</p> : null}
      <ul className="members">
        {runs.map(({ from, to, taken, doneAt }) => (
          <li key={from}>
            <span>{to - from > DAY ? dates.formatRange(from, to - DAY) : dates.format(from)}</span>
            <small className="quiet">
              {doneAt === null ? t('judge.runOpen') : t('judge.taken', { count: taken })}
            </small>
          </li>
        ))}
      </ul>
    </section>
  )
}
