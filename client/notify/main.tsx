import { createRoot } from 'react-dom/client'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { pickLocale } from '../i18n/locale.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { applyTheme } from '../ui/theme.ts'
import '../ui/base.css'
import './notify.css'
import { part } from '../wire/part.ts'
import { NotifyPage } from './page.tsx'

const locale = pickLocale([new URLSearchParams(location.hash.slice(1)).get('lang'), ...navigator.languages])

applyTheme('system')
if (locale === 'fa') void import('@fontsource-variable/vazirmatn/wght.css')
void part(() => loadMessages(locale, ['common', 'ui', 'notify'])).then((messages) => {
  const i18n = createI18n(locale, messages)
  document.documentElement.lang = locale
  document.documentElement.dir = i18n.dir
  document.title = i18n.t('notify.title')
  createRoot(document.getElementById('root') ?? document.body).render(
    <I18nContext.Provider value={i18n}>
      <NotifyPage />
    </I18nContext.Provider>,
  )
})
