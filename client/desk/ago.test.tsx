import { expect, it } from '@jest/globals'
import { renderToStaticMarkup } from 'react-dom/server'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { useAgo } from './ago.ts'
import { DeskContext } from './desk-context.ts'
import type { Desk } from './desk.ts'
import type { Session } from './session/desk-session.ts'
import { SessionContext } from './session/session-context.ts'

const i18n = createI18n('en', await loadMessages('en', ['desk']))
function Ago({ at }: { at: number }) {
  return <>{useAgo()(at)}</>
}

it('how long ago something was goes by the server’s clock, whatever that of the device says', () => {
  const at = Date.now() + 3 * 86_400_000
  const desk = { wire: { serverNow: () => at + 5 * 60_000 } } as unknown as Desk
  const session = { now: () => at + 7 * 60_000 } as unknown as Session
  const drawn = (there: Desk | null) =>
    renderToStaticMarkup(
      <I18nContext.Provider value={i18n}>
        <SessionContext value={session}>
          <DeskContext value={there}>
            <Ago at={at} />
          </DeskContext>
        </SessionContext>
      </I18nContext.Provider>,
    )
  expect([drawn(desk), drawn(null)]).toEqual(['5 min ago', '7 min ago'])
})
