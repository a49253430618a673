import { type FormEvent, useEffect, useId, useState } from 'react'
import type { ReplayAccess, ReplayRequest } from '../../../server/contract/access.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useAgo } from '../ago.ts'
import { Button } from '../../ui/button.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { WayBack } from '../../replay/way-back.tsx'
import { newId } from '../../wire/new-id.ts'
import { useFail } from '../use-fail.ts'
import { useAccess } from './api.ts'
import { Level } from './level.tsx'
import { isReason, Reason } from './reason.tsx'
import './access.css'

/** While somebody decides, how often it is looked. */
const LOOK_MS = 5_000

type Looked = { access: ReplayAccess | null; failed: boolean; set(access: ReplayAccess): void; look(): void }

/** Looked up, and again as long as it waits for somebody. */
function useLooked(id: string): Looked {
  const api = useAccess()
  const [access, set] = useState<ReplayAccess | null>(null)
  const [failed, setFailed] = useState(false)
  const look = () => {
    api.read(id).then(
      (now) => {
        set(now)
        setFailed(false)
      },
      () => setFailed(true),
    )
  }
  useEffect(look, [api, id])
  const waits = access?.request?.state === 'asked'
  useEffect(() => {
    if (!waits) return
    const timer = setInterval(look, LOOK_MS)
    return () => clearInterval(timer)
  }, [waits, api, id])
  return { access, failed, set, look }
}

/** In place of a replay that somebody must grant first. `opened`: it may be heard now. */
export function AskReplay({ id, opened }: { id: string; opened(): void }) {
  const { t } = useI18n()
  const { access, failed, set, look } = useLooked(id)
  const open = access !== null && !access.locked
  useEffect(() => {
    if (open) opened()
  }, [open])
  return (
    <section className="ask-replay" aria-busy={access === null && !failed}>
      <h1>{t('access.lockedTitle')}</h1>
      {failed && !access ? (
        <p role="alert">
          {t('access.failed')} <Button onClick={look}>{t('access.again')}</Button>
        </p>
      ) : !access ? (
        <p className="visually-hidden">{t('desk.loading')}</p>
      ) : access.request?.state === 'asked' ? (
        <Waiting request={access.request} />
      ) : (
        <Ask id={id} access={access} asked={set} />
      )}
      <WayBack conversation={id} />
    </section>
  )
}

function Waiting({ request }: { request: ReplayRequest }) {
  const { t } = useI18n()
  const ago = useAgo()
  return (
    <div role="status" className="access-waiting">
      <p>
        <Spinner size={16} /> {t('access.waits', { ago: ago(request.askedAt).toLocaleLowerCase() })}
      </p>
      <blockquote dir="auto">{request.reason}</blockquote>
      <p className="quiet">{t('access.waitsHint')}</p>
    </div>
  )
}

type AskProps = { id: string; access: ReplayAccess; asked(access: ReplayAccess): void }

function Ask({ id, access, asked }: AskProps) {
  const { t } = useI18n()
  const api = useAccess()
  const fail = useFail()
  const field = useId()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const [busy, setBusy] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setMissing(!isReason(reason))
    if (!isReason(reason)) return document.getElementById(field)?.focus()
    setBusy(true)
    api
      .ask(id, { id: newId(), reason: reason.trim() })
      .then(asked, fail)
      .finally(() => setBusy(false))
  }
  return (
    <form onSubmit={submit} noValidate className="access-form">
      <p>
        {t('access.lockedAbout')} <Level of={access.sensitivity} />
      </p>
      {access.request ? <Before request={access.request} /> : null}
      <Reason
        {...{ id: field, value: reason, missing, change: setReason }}
        label={t('access.why')}
        hint={t('access.whyHint')}
      />
      <p>
        <Button submit look="primary" busy={busy}>
          {t('access.ask')}
        </Button>
      </p>
    </form>
  )
}

/** What came of asking the last time. */
function Before({ request: { state, decidedBy, words } }: { request: ReplayRequest }) {
  const { t } = useI18n()
  return (
    <div role="status" className="access-before">
      <p>{t(state === 'refused' ? 'access.wasRefused' : 'access.wasOver', { name: decidedBy ?? '' })}</p>
      {words && state === 'refused' ? <blockquote dir="auto">{words}</blockquote> : null}
    </div>
  )
}
