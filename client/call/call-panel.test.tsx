import { expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { renderToStaticMarkup } from 'react-dom/server'
import type { CallState } from '../../server/conversation/conversation.ts'
import { twoSeats } from '../../server/conversation/testing.ts'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { CallPanel } from './call-panel.tsx'
import type { Call } from './controller.ts'

const words = createI18n('en', await loadMessages('en', ['call', 'ui']))
const running: CallState = {
  ...{ id: 'k', media: 'voice', by: 'visitor', askedAt: 0, consent: null, seats: twoSeats },
  ...{ phase: 'connected', since: 1, recording: false },
}
const left = { ...running, seats: { ...twoSeats, visitor: { ...twoSeats.visitor, present: false } } }

/** As a tab of the visitor's draws it that does not have the call. */
function drawn(call: CallState): string {
  const none = { $media: atom(null), $step: atom(null), $hungUp: atom(null), $accepted: atom(null) }
  const seat = { ownSeat: () => 'visitor', mayJoin: () => true, listens: () => false, agentName: () => null }
  const of = { side: 'visitor', $call: atom(call), ...none, ...seat } as unknown as Call
  return renderToStaticMarkup(
    <I18nContext.Provider value={words}>
      <CallPanel call={of} peer="Sara" />
    </I18nContext.Provider>,
  )
}

it('a tab without the call says that it is in another one, unless that one has left it', () => {
  expect(drawn(running)).toContain('in another tab')
  expect(drawn(left)).not.toContain('in another tab')
  expect(drawn(left)).toContain('not connected anywhere else')
  for (const one of [running, left]) expect(drawn(one)).toContain('Bring call here')
})
