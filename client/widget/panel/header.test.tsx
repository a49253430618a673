import { expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { renderToStaticMarkup } from 'react-dom/server'
import { emptyState } from '../../../server/conversation/conversation.ts'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext } from '../../i18n/use-i18n.ts'
import { Acts } from './header.tsx'
import type { Visit } from './visit.ts'

it('who pressed the button of a call keeps the focus while it is being prepared: one that is off has none', async () => {
  const phase = { name: 'active', agentId: 'sara', agentName: 'Sara' } as const
  const visit = {
    wire: { $status: atom('online') },
    $team: atom(true),
    thread: { $view: atom({ conversationId: 'c', state: { ...emptyState, phase } }) },
    calling: { $preparing: atom(true) },
  } as unknown as Visit
  const html = renderToStaticMarkup(
    <I18nContext.Provider value={createI18n('en', await loadMessages('en', ['ui', 'widget']))}>
      <Acts visit={visit} />
    </I18nContext.Provider>,
  )
  expect(html).toMatch(/<button[^>]*aria-busy="true"[^>]*>.*Voice call/)
  expect(html).not.toContain('disabled')
})
