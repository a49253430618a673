import { expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { renderToStaticMarkup } from 'react-dom/server'
import type { CallState } from '../../server/conversation/conversation.ts'
import { twoSeats } from '../../server/conversation/testing.ts'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { CallPanel } from './call-panel.tsx'
import type { CallItem } from '../model/timeline-item.ts'
import { CallCard } from './call-card.tsx'
import type { Call, Step } from './controller.ts'

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

const ask = { kind: 'ask', media: 'voice' } as const
const opening: Step = { name: 'opening', purpose: ask }
const consent: Step = { name: 'consent', purpose: ask, sources: ['mic'] }
const rings: CallItem = {
  ...{ kind: 'call', key: 'k', at: 0, seq: 1, callId: 'k', media: 'voice', voicemail: false, by: 'agent' },
  ...{ mine: false, name: 'Sara', heldSince: null, heldMs: 0, status: { name: 'asking' } },
}

/** Panel and card of a visitor who is about to call, while the browser asks for their microphone. */
function both(step: Step | null, call: CallState | null): string {
  const prompting = { $mic: atom({ name: 'prompting', since: Date.now() }), $cam: atom({ name: 'off' }) }
  const none = { $media: atom(null), $hungUp: atom(null), $accepted: atom(null) }
  const seat = { ownSeat: () => 'visitor', mayJoin: () => true, listens: () => false, agentName: () => null }
  const own = {
    side: 'visitor',
    consent: 'optional',
    devices: prompting,
    $step: atom(step),
    $call: atom(call),
  }
  const of = { ...own, ...none, ...seat, dismiss: () => undefined } as unknown as Call
  return renderToStaticMarkup(
    <I18nContext.Provider value={words}>
      <CallPanel call={of} peer="Sara" />
      {call ? <CallCard item={rings} call={of} reader="visitor" peer="Sara" /> : null}
    </I18nContext.Provider>,
  )
}

it('what the browser asks for a call can be given up, but not once the call is', () => {
  expect(both(opening, null)).toMatch(/Your browser asks for the microphone.*<button.*Cancel/)
  expect(both(null, null)).not.toContain('Cancel')
})

it.each([consent, opening])(
  'who is called while they are about to call finds one card with one answer',
  (step) => {
    const asked: CallState = { ...running, by: 'agent', phase: 'asking' } as CallState
    expect(both(null, asked)).toMatch(/Sara.*Accept.*Decline/)
    const html = both(step, asked)
    expect(html.match(/<section/g)).toHaveLength(1)
    expect(html).not.toMatch(/Accept|Decline/)
    expect(html.match(/Cancel/g)).toHaveLength(1)
  },
)
