import { expect, it } from '@jest/globals'
import { renderToStaticMarkup } from 'react-dom/server'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext } from '../../i18n/use-i18n.ts'
import { choicesWith } from '../inbox/status-choices.ts'
import { SetStatus } from './set-status.tsx'

const i18n = createI18n('en', await loadMessages('en', ['team', 'work']))
const reasons = [
  { id: '1', name: 'Lunch' },
  { id: '2', name: 'Training' },
]

it('what a supervisor may set another to are the statuses that there are, with the reasons for being away', () => {
  const drawn = renderToStaticMarkup(
    <I18nContext.Provider value={i18n}>
      <SetStatus name="Sara" reasons={reasons} choose={() => undefined} />
    </I18nContext.Provider>,
  )
  const options = [...drawn.matchAll(/<option[^>]*>([^<]*)</g)].map(([, text]) => text)
  expect(options).toEqual([
    ...['Set status', 'Available', 'Busy', 'Away', 'Away (Lunch)', 'Away (Training)', 'Offline'],
  ])
})

it('a reason is asked for by its id, with the status that it is for', () => {
  expect(choicesWith(reasons).slice(2, 5)).toEqual([
    { status: 'away', reason: null },
    { status: 'away', reasonId: '1', reason: 'Lunch' },
    { status: 'away', reasonId: '2', reason: 'Training' },
  ])
})
