/** What is not yet stored where it belongs, why, and what to do. */
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import {
  type Backlog,
  type BacklogItem,
  type RetriedKind,
  retriedKinds,
} from '../../../../server/contract/backlog.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { showToast } from '../../../ui/toast.tsx'
import { useSession } from '../../session/session-context.ts'
import { useFail } from '../../use-fail.ts'
import { usePost } from '../../use-post.ts'

export function BacklogPage() {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [backlog, setBacklog] = useState<Backlog | null>(null)
  const [round, setRound] = useState(0)
  const again = () => setRound((now) => now + 1)
  useEffect(() => {
    let latest = true
    const ask = async () => {
      const found = (await (await session.fetch('/api/desk/backlog')).json()) as Backlog
      if (latest) setBacklog(found)
    }
    ask().catch(fail)
    return () => {
      latest = false
    }
  }, [session, round])
  return (
    <section className="keeping" aria-label={t('admin.backlog')} aria-busy={backlog === null}>
      <h2>{t('admin.backlog')}</h2>
      <p className="quiet">{t('admin.backlogHint')}</p>
      {backlog?.items.length === 0 ? <p role="status">{t('admin.backlogNone')}</p> : null}
      <ul className="keep-list">
        {(backlog?.items ?? []).map((item) => (
          <Waiting key={item.kind} item={item} again={again} />
        ))}
      </ul>
      <div className="form-row">
        <Button onClick={again}>{t('admin.backlogLook')}</Button>
      </div>
      {backlog && backlog.lost.count > 0 ? <Lost {...backlog.lost} /> : null}
    </section>
  )
}

const isRetried = (kind: string): kind is RetriedKind => (retriedKinds as readonly string[]).includes(kind)

function Waiting({ item, again }: { item: BacklogItem; again(): void }) {
  const { t, n, day, time } = useI18n()
  const post = usePost()
  const fail = useFail()
  const { kind, count, since, fault } = item
  const [busy, setBusy] = useState(false)
  const what = t(`admin.backlog_${kind}`)
  const when = (at: number) => `${day(at)} ${time(at)}`
  const retry = async () => {
    setBusy(true)
    try {
      await post('/api/desk/backlog/retry', { kind })
      showToast({ text: t('admin.backlogRetried') })
      again()
    } finally {
      setBusy(false)
    }
  }
  return (
    <li>
      <span>
        <span className="keep-name">
          {what} <span className="pill">{n(count)}</span>
        </span>
        <small className="quiet">{t('admin.backlogSince', { when: when(since) })}</small>
        <span>{t(`admin.backlogDo_${kind}`)}</span>
        {fault ? (
          <small className="quiet">
            {t('admin.backlogFault', { when: when(fault.at) })}{' '}
            <bdi dir="ltr" className="keep-why">
              {fault.words}
            </bdi>
          </small>
        ) : null}
      </span>
      {isRetried(kind) ? (
        <Button busy={busy} onClick={() => void retry().catch(fail)}>
          {t('admin.backlogRetry', { what })}
        </Button>
      ) : null}
    </li>
  )
}

function Lost({ count, newest }: Backlog['lost']) {
  const { t, n, day, time } = useI18n()
  const when = (at: number) => `${day(at)} ${time(at)}`
  return (
    <section className="keeping" aria-label={t('admin.lost')}>
      <h3>
        {t('admin.lost')} <span className="pill">{n(count)}</span>
      </h3>
      <p className="quiet">{t('admin.lostHint')}</p>
      {count > newest.length ? <p>{t('admin.lostMore', { shown: newest.length })}</p> : null}
      <ul className="keep-list">
        {newest.map(({ callId, conversationId, endedAt, foundAt, why }) => (
          <li key={callId}>
            <span>
              <Link className="keep-name" to={`/replay/${conversationId}`}>
                {t('admin.lostCall', { when: when(endedAt) })}
              </Link>
              <small className="quiet">
                {t('admin.lostFound', { when: when(foundAt) })} {t(`admin.lost_${why}`)}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
