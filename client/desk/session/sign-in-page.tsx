import { type FormEvent, useState } from 'react'
import type { Key } from '../../i18n/keys.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { failureOf } from '../../wire/request-error.ts'
import type { Credentials, Session, SignedIn } from './desk-session.ts'
import { LocaleSelect } from '../settings/locale-select.tsx'
import type { Invitation } from './use-invitation.ts'
import { PasswordForm } from './password-form.tsx'

type Props = { session: Session; who: SignedIn; invitation: Invitation }

function wordsOf(error: unknown, how: Credentials): Key {
  const { code } = failureOf(error)
  if (code === 'tooMany') return 'desk.signInTooMany'
  if (code === 'unavailable') return 'desk.unreachable'
  if (code === 'internal') return 'common.failure'
  return 'link' in how ? 'desk.linkUsed' : 'desk.signInRefused'
}

/** The door: by a one-time link opened with a button, or by login and password. */
export function SignInPage({ session, who, invitation }: Props) {
  const { t } = useI18n()
  const [trouble, setTrouble] = useState<Key | null>(null)
  const [busy, setBusy] = useState(false)
  const [used, setUsed] = useState(false)
  const admitted = invitation.first && who.phase === 'in'

  const enter = async (how: Credentials): Promise<void> => {
    setBusy(true)
    setTrouble(null)
    try {
      await session.signIn(how)
      if (!invitation.first) invitation.close()
    } catch (error) {
      setTrouble(wordsOf(error, how))
      if ('link' in how) setUsed(true)
    } finally {
      setBusy(false)
    }
  }
  const notice: Key | null =
    trouble ??
    (who.phase === 'unreachable'
      ? 'desk.unreachable'
      : who.phase === 'out' && who.ended
        ? 'desk.sessionEnded'
        : null)
  const link = used ? null : invitation.token
  return (
    <main className="door">
      <div className="door-box">
        <h1>{invitation.first ? t('desk.welcomeTitle') : t('desk.title')}</h1>
        <p className="door-notice" role="alert">
          {notice ? t(notice) : null}
        </p>
        {admitted ? (
          <PasswordForm session={session} done={invitation.close} skip={invitation.close} />
        ) : link ? (
          <>
            <p className="quiet">{t('desk.signInLinkHint')}</p>
            <Button look="primary" busy={busy} onClick={() => void enter({ link })}>
              {t('desk.signIn')}
            </Button>
          </>
        ) : (
          <LoginForm busy={busy} enter={enter} />
        )}
        <LocaleSelect />
      </div>
    </main>
  )
}

function LoginForm({ busy, enter }: { busy: boolean; enter: (how: Credentials) => Promise<void> }) {
  const { t } = useI18n()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    void enter({ login: String(form.get('login')).trim(), password: String(form.get('password')) })
  }
  return (
    <form className="stack" onSubmit={submit}>
      <label className="labelled">
        {t('desk.login')}
        <input className="field" name="login" autoComplete="username" dir="ltr" required />
      </label>
      <label className="labelled">
        {t('desk.password')}
        <input
          className="field"
          name="password"
          type="password"
          autoComplete="current-password"
          dir="ltr"
          required
        />
      </label>
      <Button look="primary" submit busy={busy}>
        {t('desk.signIn')}
      </Button>
    </form>
  )
}
