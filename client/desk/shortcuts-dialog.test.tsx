import { expect, it } from '@jest/globals'
import { renderToStaticMarkup } from 'react-dom/server'
import { Router } from 'wouter'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'

const sections = ['common', 'ui', 'desk', 'find', 'replay', 'team', 'work'] as const
const i18n = createI18n('en', await loadMessages('en', sections))
const keysOf = (who: { answers: boolean; finds: boolean }) => {
  const drawn = renderToStaticMarkup(
    <Router ssrPath="/">
      <I18nContext.Provider value={i18n}>
        <ShortcutsDialog {...who} close={() => undefined} />
      </I18nContext.Provider>
    </Router>,
  )
  return [...drawn.matchAll(/<kbd[^>]*>(.*?)<\/kbd>/g)].map(([, key]) => key)
}

it('shows each the keys that do something for them', () => {
  const reviewer = keysOf({ answers: false, finds: true })
  expect(reviewer.slice(0, 3)).toEqual(['/', '?', 'Space'])
  expect(reviewer.filter((key) => key?.startsWith('Alt+'))).toEqual([])
  expect(keysOf({ answers: true, finds: false })).not.toContain('Space')
  expect(keysOf({ answers: true, finds: true })).toEqual(expect.arrayContaining(['Alt+A', 'Space', '?']))
})
