import { useState } from 'react'
import { Link } from 'wouter'
import type { HoldItem } from '../../../../server/contract/keeping.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { visitorName } from '../../visitor-name.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { usePost } from '../../use-post.ts'

/** The legal holds that hold, each with who placed it and why. */
export function Holds({ holds, changed }: { holds: HoldItem[] | null; changed(): void }) {
  const i18n = useI18n()
  const { t, day } = i18n
  const post = usePost()
  const [releasing, setReleasing] = useState<HoldItem | null>(null)
  return (
    <section className="more" aria-busy={holds === null}>
      <h3>{t('admin.keepHolds')}</h3>
      <p className="quiet">{t('admin.keepHoldsHint')}</p>
      {holds?.length === 0 ? <p>{t('admin.keepNoHolds')}</p> : null}
      <ul className="keep-list">
        {(holds ?? []).map((hold) => (
          <li key={hold.id}>
            <span>
              {hold.of === 'conversation' ? (
                <Link href={`/replay/${hold.subject}`}>{visitorName(i18n, hold.name, hold.subject)}</Link>
              ) : (
                <bdi className="keep-name">{visitorName(i18n, hold.name, hold.talkId ?? hold.subject)}</bdi>
              )}{' '}
              <small className="quiet">
                {t(`admin.keepHoldOf_${hold.of}`)} · <bdi>{hold.by}</bdi> · {day(hold.at)}
              </small>
              <bdi className="keep-why">{hold.reason}</bdi>
            </span>
            <Button onClick={() => setReleasing(hold)}>{t('admin.keepRelease')}</Button>
          </li>
        ))}
      </ul>
      {releasing ? (
        <ReasonDialog
          title={t('admin.keepRelease')}
          about={t('admin.keepReleaseAbout')}
          deed={t('admin.keepRelease')}
          run={async (reason) => {
            await post(`/api/desk/holds/${releasing.id}/release`, { reason })
            changed()
          }}
          close={() => setReleasing(null)}
        />
      ) : null}
    </section>
  )
}
