import { expect, it } from '@jest/globals'
import { renderToStaticMarkup } from 'react-dom/server'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext } from '../../i18n/use-i18n.ts'
import type { Session } from '../session/desk-session.ts'
import { SessionContext } from '../session/session-context.ts'
import { Awaited } from './second.tsx'

it.each([
  ['en', 'Take the request back'],
  ['fa', 'پس گرفتن درخواست'],
  ['ru', 'Отозвать просьбу'],
] as const)('a lead reads who scores whom blind, and may have it back: %s', async (locale, back) => {
  const i18n = createI18n(locale, await loadMessages(locale, ['judge']))
  const one = { id: 'first', agent: { id: 'a', name: 'Sara' }, second: { id: 'r', name: 'Mina' } }
  const drawn = renderToStaticMarkup(
    <I18nContext.Provider value={i18n}>
      <SessionContext value={{} as Session}>
        <Awaited awaited={[one]} changed={() => undefined} />
      </SessionContext>
    </I18nContext.Provider>,
  )
  for (const words of ['Sara', 'Mina', back]) expect(drawn).toContain(words)
})
