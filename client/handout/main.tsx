/** The page of a package, run from a disk: everything that it shows is in it or lies beside it. */
import { createRoot } from 'react-dom/client'
import type { Handout } from '../../server/contract/handout.ts'
import { createI18n } from '../i18n/i18n.ts'
import { named } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { applyTheme } from '../ui/theme.ts'
import '../ui/base.css'
import '../ui/thread.css'
import '../call/call.css'
import { createStory } from './story.ts'
import { Show } from './show.tsx'
import { words } from './words.ts'

const handout = JSON.parse(document.getElementById('handout')?.textContent ?? '') as Handout
const i18n = createI18n(handout.locale, named(words[handout.locale]))

applyTheme('system')
document.title = `${handout.visitor ?? i18n.t('ui.visitor')} · Parley`
createRoot(document.getElementById('root') ?? document.body).render(
  <I18nContext.Provider value={i18n}>
    <Show story={createStory(handout)} />
  </I18nContext.Provider>,
)
