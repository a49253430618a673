import { useStore } from '@nanostores/react'
import { type ReactNode, useEffect, useState } from 'react'
import { Router } from 'wouter'
import { createI18n, type I18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { applyTheme } from '../ui/theme.ts'
import { Toasts } from '../ui/toast.tsx'
import { part } from '../wire/part.ts'
import { sections } from './app-sections.ts'
import { Frame } from './frame.tsx'
import { $preferences } from './preferences.ts'
import type { Session } from './session/desk-session.ts'
import { SessionContext } from './session/session-context.ts'
import { SignInPage } from './session/sign-in-page.tsx'
import { useInvitation } from './session/use-invitation.ts'

/** The words first, then who is there, then the desk. */
export function App({ session }: { session: Session }) {
  return (
    <Speaking>
      <SessionContext value={session}>
        <Router base="/desk">
          <Door session={session} />
        </Router>
        <Toasts />
      </SessionContext>
    </Speaking>
  )
}

function Door({ session }: { session: Session }) {
  const who = useStore(session.$who)
  const invitation = useInvitation()
  if (invitation.open || who.phase === 'out' || who.phase === 'unreachable')
    return <SignInPage session={session} who={who} invitation={invitation} />
  if (who.phase === 'checking') return null
  return <Frame key={who.person.id} session={session} me={who.person} />
}

/** Language, direction, colours and density of the page, as this browser prefers them. */
function Speaking({ children }: { children: ReactNode }) {
  const { locale, theme, density } = useStore($preferences)
  const [i18n, setI18n] = useState<I18n | null>(null)
  useEffect(() => {
    let latest = true
    void part(() => loadMessages(locale, sections)).then((messages) => {
      if (latest) setI18n(createI18n(locale, messages))
    })
    if (locale === 'fa') void import('@fontsource-variable/vazirmatn/wght.css')
    return () => {
      latest = false
    }
  }, [locale])
  useEffect(() => applyTheme(theme), [theme])
  useEffect(() => {
    document.documentElement.dataset.density = density
  }, [density])
  useEffect(() => {
    if (!i18n) return
    document.documentElement.lang = i18n.locale
    document.documentElement.dir = i18n.dir
    document.title = i18n.t('desk.title')
  }, [i18n])
  if (!i18n) return null
  return <I18nContext value={i18n}>{children}</I18nContext>
}
