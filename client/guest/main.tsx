import { createRoot } from 'react-dom/client'
import type { Locale } from '../../server/contract/words.ts'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { keepFocus } from '../ui/keep-focus.ts'
import { applyTheme } from '../ui/theme.ts'
import '../ui/base.css'
import '../ui/thread.css'
import '../ui/composer.css'
import '../call/call.css'
import './guest.css'
import { part } from '../wire/part.ts'
import { sections } from './items.ts'
import { GuestPage } from './page.tsx'

const asked = new URLSearchParams(location.search).get('lang') ?? navigator.language
const locale: Locale = (['fa', 'ru'] as const).find((one) => asked.startsWith(one)) ?? 'en'

applyTheme('system')
keepFocus()
if (locale === 'fa') void import('@fontsource-variable/vazirmatn/wght.css')
void part(() => loadMessages(locale, sections)).then((messages) => {
  const i18n = createI18n(locale, messages)
  document.documentElement.lang = locale
  document.documentElement.dir = i18n.dir
  document.title = i18n.t('guest.heading')
  createRoot(document.getElementById('root') ?? document.body).render(
    <I18nContext.Provider value={i18n}>
      <GuestPage />
    </I18nContext.Provider>,
  )
})
