import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Key } from '../../i18n/keys.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { showToast } from '../../ui/toast.tsx'
import { failureOf } from '../../wire/request-error.ts'
import type { Session } from './desk-session.ts'

type Props = { session: Session; done: () => void; skip?: () => void; askCurrent?: boolean }

/** A first password, or a new one. */
export function PasswordForm({ session, done, skip, askCurrent = false }: Props) {
  const { t } = useI18n()
  const [trouble, setTrouble] = useState<Key | null>(null)
  const [busy, setBusy] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  // At the door there is nothing else to do; the button that led here is gone.
  useEffect(() => {
    if (!askCurrent) first.current?.focus()
  }, [askCurrent])
  const save = async (body: { password: string; current?: string }): Promise<void> => {
    setBusy(true)
    setTrouble(null)
    try {
      const headers = { 'content-type': 'application/json' }
      await session.fetch('/api/desk/password', { method: 'POST', headers, body: JSON.stringify(body) })
      showToast({ text: t('desk.passwordSet') })
      done()
    } catch (error) {
      const { code } = failureOf(error)
      setTrouble(code === 'notAllowed' || code === 'badInput' ? 'desk.signInRefused' : 'common.failure')
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const current = String(form.get('current') ?? '')
    const password = String(form.get('password'))
    void save(current ? { password, current } : { password })
  }
  return (
    <form className="stack" onSubmit={submit}>
      {askCurrent ? (
        <label className="labelled">
          {t('desk.currentPassword')}
          <input className="field" name="current" type="password" autoComplete="current-password" dir="ltr" />
        </label>
      ) : null}
      <label className="labelled">
        {t('desk.newPassword')}
        <input
          ref={first}
          className="field"
          name="password"
          type="password"
          autoComplete="new-password"
          dir="ltr"
          minLength={12}
          maxLength={200}
          required
        />
        <small className="quiet">{t('desk.passwordHint')}</small>
      </label>
      <p role="alert" className="door-notice">
        {trouble ? t(trouble) : null}
      </p>
      <div className="row">
        <Button look="primary" submit busy={busy}>
          {t('desk.setPassword')}
        </Button>
        {skip ? (
          <Button look="quiet" onClick={skip}>
            {t('desk.passwordLater')}
          </Button>
        ) : null}
      </div>
    </form>
  )
}
