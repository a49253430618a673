import { createRoot } from 'react-dom/client'
import type { Locale } from '../../../server/contract/words.ts'
import { createI18n, type Messages } from '../../i18n/i18n.ts'
import { named, type Words } from '../../i18n/load.ts'
import { I18nContext } from '../../i18n/use-i18n.ts'
import { keepFocus } from '../../ui/keep-focus.ts'
import { applyTheme } from '../../ui/theme.ts'
import { part } from '../../wire/part.ts'
import { readAddress } from './address.ts'
import { wearAccent } from './accent.ts'
import { Panel } from './panel.tsx'
import { createVisit } from './visit.ts'
import '../../ui/base.css'
import '../../ui/thread.css'
import '../../ui/composer.css'
import './panel.css'

const address = readAddress(location)
// The connection is made while the words are fetched.
const visit = createVisit(address, () => {
  more = true
  return speak(visit.$locale.get())
})
const root = createRoot(document.getElementById('root') ?? document.body)

/** Whether the words of what is fetched later are there beside the panel's own. */
let more = false

type Fetched = Record<Locale, () => Promise<{ words: Words }>>
// One by one: for a name that is put together Vite adds code of its own.
const ownWords: Fetched = {
  en: () => import('./words/en.ts'),
  fa: () => import('./words/fa.ts'),
  ru: () => import('./words/ru.ts'),
}
const moreWords: Fetched = {
  en: () => import('./more-words/en.ts'),
  fa: () => import('./more-words/fa.ts'),
  ru: () => import('./more-words/ru.ts'),
}

async function words(locale: Locale): Promise<Messages> {
  const all = await part(() => Promise.all([ownWords[locale](), more ? moreWords[locale]() : null]))
  return named(Object.assign({}, ...all.map((one) => one?.words)))
}

/** What the site says in words of its own. */
const siteWords = (locale: Locale): Messages =>
  named({ widget: visit.session.$session.get()?.site.texts[locale] ?? {} })

async function speak(locale: Locale): Promise<void> {
  const complete = more
  if (locale === 'fa') void import('./persian.ts')
  const i18n = createI18n(locale, { ...(await words(locale)), ...siteWords(locale) })
  if (visit.$locale.get() !== locale || complete !== more) return
  document.documentElement.lang = locale
  document.documentElement.dir = i18n.dir
  root.render(
    <I18nContext.Provider value={i18n}>
      <Panel visit={visit} />
    </I18nContext.Provider>,
  )
}

applyTheme('system')
keepFocus()
visit.session.$session.subscribe((session) => {
  wearAccent(session?.site.accent ?? null)
  const locale = visit.$locale.get()
  if (session?.site.texts[locale]) void speak(locale)
})
visit.$locale.subscribe((locale) => void speak(locale))
