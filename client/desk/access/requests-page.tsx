/** Who asks to hear what, and what came of it. */
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { ReplayRequest, ReplayRequests } from '../../../server/contract/access.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useAgo } from '../ago.ts'
import { WayBack } from '../../replay/way-back.tsx'
import { Button } from '../../ui/button.tsx'
import { Pill } from '../../ui/pill.tsx'
import { visitorName } from '../visitor-name.ts'
import { useAccess } from './api.ts'
import { Decide } from './decide.tsx'
import { Level } from './level.tsx'
import './access.css'

const LOOK_MS = 10_000

/** Looked up, and again each 10 s: others ask and decide meanwhile. */
export function useRequests(): { requests: ReplayRequests | null; failed: boolean; load(): void } {
  const api = useAccess()
  const [requests, setRequests] = useState<ReplayRequests | null>(null)
  const [failed, setFailed] = useState(false)
  const load = () => {
    api.requests().then(
      (now) => {
        setRequests(now)
        setFailed(false)
      },
      () => setFailed(true),
    )
  }
  useEffect(() => {
    load()
    const timer = setInterval(load, LOOK_MS)
    return () => clearInterval(timer)
  }, [api])
  return { requests, failed, load }
}

export function RequestsPage() {
  const { t } = useI18n()
  const { requests, failed, load } = useRequests()
  return (
    <main className="page replay-requests" aria-busy={!requests && !failed}>
      <header className="replay-requests-head">
        <WayBack drawn />
        <h1>{t('access.requests')}</h1>
      </header>
      {requests ? (
        <>
          {requests.decides ? (
            <section aria-labelledby="requests-others">
              <h2 id="requests-others">{t('access.others')}</h2>
              <Requests of={requests.others} none="access.noneOthers" changed={load} />
            </section>
          ) : null}
          <section aria-labelledby="requests-own">
            <h2 id="requests-own">{t('access.own')}</h2>
            <Requests of={requests.own} none="access.noneOwn" />
          </section>
        </>
      ) : failed ? (
        <p role="alert">
          {t('access.failed')} <Button onClick={load}>{t('access.again')}</Button>
        </p>
      ) : (
        <p className="visually-hidden">{t('desk.loading')}</p>
      )}
    </main>
  )
}

type ListProps = {
  of: readonly ReplayRequest[]
  none: 'access.noneOthers' | 'access.noneOwn'
  /** Those of others: one can be decided about. */
  changed?: () => void
}

function Requests({ of, none, changed }: ListProps) {
  const { t } = useI18n()
  if (of.length === 0) return <p className="quiet">{t(none)}</p>
  return (
    <ul className="request-list">
      {of.map((request) => (
        <li key={request.id}>
          <Request request={request} others={changed !== undefined} />
          {changed ? <Decide request={request} changed={changed} /> : null}
        </li>
      ))}
    </ul>
  )
}

function Request({ request, others }: { request: ReplayRequest; others: boolean }) {
  const i18n = useI18n()
  const { t, day, time, exact } = i18n
  const ago = useAgo()
  const { conversationId, visitor, startedAt, state, until, decidedBy, words } = request
  return (
    <div className="request">
      <p className="request-head">
        <Link href={`/replay/${conversationId}`}>
          <bdi>{visitorName(i18n, visitor, conversationId)}</bdi>
        </Link>
        <span className="quiet">
          {day(startedAt)} {time(startedAt)}
        </span>
        <Level of={request.sensitivity} />
        <Pill>{t(`access.state_${state}`)}</Pill>
      </p>
      <blockquote dir="auto">{request.reason}</blockquote>
      <p className="quiet">
        {others ? (
          <>
            <bdi>{request.by.name}</bdi> ·{' '}
          </>
        ) : null}
        {ago(request.askedAt)}
        {until !== null && state === 'granted' ? ` · ${t('access.until', { at: exact(until) })}` : null}
        {decidedBy !== null ? ` · ${t('access.decidedBy', { name: decidedBy })}` : null}
      </p>
      {words ? <blockquote dir="auto">{words}</blockquote> : null}
    </div>
  )
}
