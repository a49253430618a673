import { afterEach, expect, it } from '@jest/globals'
import { renderToStaticMarkup } from 'react-dom/server'
import type { DeskSession } from '../../../server/contract/http.ts'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext } from '../../i18n/use-i18n.ts'
import { createSession } from '../session/desk-session.ts'
import { SessionContext } from '../session/session-context.ts'
import { DemoShop } from './demo-shop.tsx'

const own = globalThis.fetch
afterEach(() => {
  globalThis.fetch = own
})
const i18n = createI18n('en', await loadMessages('en', ['desk']))

/** As it is drawn for who has signed in, where there is a demo shop or none. */
async function drawn(demo: boolean): Promise<string> {
  const person = { id: 'a', name: 'Sara', role: 'agent', locale: 'en' } as const
  const answer: DeskSession = { access: 'a', expiresInMs: 600_000, person, demo }
  globalThis.fetch = () => Promise.resolve(Response.json(answer))
  const session = createSession()
  await session.signIn({ link: 'x' })
  return renderToStaticMarkup(
    <I18nContext.Provider value={i18n}>
      <SessionContext.Provider value={session}>
        <DemoShop />
      </SessionContext.Provider>
    </I18nContext.Provider>,
  )
}

it('leads to the demo shop where there is one, and nowhere where there is none', async () => {
  expect(await drawn(true)).toMatch(/<a href="\/demo".*>Open the demo shop<\/a>/)
  expect(await drawn(false)).toBe('')
})
