import { useState } from 'react'
import { v7 as newId } from 'uuid'
import type { KeepingJob, KeepingPreview } from '../../../../server/contract/keeping.ts'
import { dayWithin } from '../../../i18n/day-within.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { useFail } from '../../use-fail.ts'
import { Daily } from './daily.tsx'
import { Preview } from './preview.tsx'
import { ReasonDialog } from './reason-dialog.tsx'
import { usePost } from '../../use-post.ts'

/** What all rules together would remove now, and the deed. */
export function Rules({ changed }: { changed(): void }) {
  const { t } = useI18n()
  const post = usePost()
  const fail = useFail()
  const [found, setFound] = useState<KeepingPreview | null>(null)
  const [asking, setAsking] = useState(false)
  const look = async () => setFound(await post<KeepingPreview>('/api/desk/keeping/preview', {}))
  return (
    <section className="more">
      <h3>{t('admin.keepApply')}</h3>
      <p className="quiet">{t('admin.keepApplyHint')}</p>
      <div className="form-row">
        <Button onClick={() => void look().catch(fail)}>{t('admin.keepPreviewNow')}</Button>
        {found ? <Button onClick={() => setAsking(true)}>{t('admin.keepApplyNow')}</Button> : null}
      </div>
      {found ? <Preview found={found} /> : null}
      <Daily />
      {asking ? (
        <ReasonDialog
          title={t('admin.keepApplyNow')}
          about={t('admin.keepApplyAbout')}
          deed={t('admin.keepApplyNow')}
          danger
          run={async (reason) => {
            await post('/api/desk/keeping/runs', { id: newId(), reason })
            setFound(null)
            changed()
          }}
          close={() => setAsking(false)}
        />
      ) : null}
    </section>
  )
}

/** Erasures and runs of the rules, with how far they have got. */
export function Jobs({ jobs }: { jobs: KeepingJob[] | null }) {
  const i18n = useI18n()
  const { t, day, time } = i18n
  return (
    <section className="more" aria-busy={jobs === null}>
      <h3>{t('admin.keepJobs')}</h3>
      {jobs?.length === 0 ? <p className="quiet">{t('admin.keepNoJobs')}</p> : null}
      <ul className="keep-list">
        {(jobs ?? []).map((job) => (
          <li key={job.id}>
            <span>
              <span className="keep-name">{t(`admin.keepJob_${job.kind}`)}</span>{' '}
              <small className="quiet">
                <bdi>{job.by}</bdi> · {day(job.at)} {time(job.at)}
              </small>
              <span>
                {t(`admin.keepPhase_${job.phase}`)}{' '}
                {job.removed > 0 ? t('admin.keepRemoved', { count: job.removed }) : null}{' '}
                {job.kept > 0 ? t('admin.keepStays', { count: job.kept }) : null}
              </span>
              {job.phase === 'waiting' && job.dueAt !== null ? (
                <small className="quiet">
                  {t('admin.keepLooksAgain', { day: dayWithin(i18n, job.dueAt) })}
                </small>
              ) : null}
              {job.fault === null ? null : (
                <small className="fault">{t('admin.keepFault', { code: job.fault })}</small>
              )}
              {job.logLeft ? <small className="quiet">{t('admin.keepLogLeft')}</small> : null}
            </span>
            {job.phase === 'removing' || job.phase === 'purging' ? (
              <progress
                aria-label={t(`admin.keepPhase_${job.phase}`)}
                value={job.done}
                max={Math.max(1, job.total)}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  )
}
