import { expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { renderToStaticMarkup } from 'react-dom/server'
import { emptyState, type EventBody, evolve } from '../../../server/conversation/conversation.ts'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext } from '../../i18n/use-i18n.ts'
import type { Desk, Room } from '../desk.ts'
import { DeskContext } from '../desk-context.ts'
import { Take } from './take.tsx'

const i18n = createI18n('en', await loadMessages('en', ['common', 'desk']))
const desk = { me: { id: 'a' } } as unknown as Desk

const saidAfter = (...events: EventBody[]): string => {
  const state = events.reduce(
    (before, body, i) => evolve(before, body, { seq: i + 1, at: i + 1, actor: { kind: 'visitor' } }),
    emptyState,
  )
  const room = { thread: { $view: atom({ state }) } } as unknown as Room
  return renderToStaticMarkup(
    <I18nContext.Provider value={i18n}>
      <DeskContext.Provider value={desk}>
        <Take room={room} name="Mina" />
      </DeskContext.Provider>
    </I18nContext.Provider>,
  )
}

it('says of a visitor that they wait only where they do', () => {
  const queued: EventBody = { type: 'queued', v: 1, payload: { reason: 'new' } }
  expect(saidAfter(queued)).toContain('Mina is waiting')
  const asked = { at: null, media: 'voice', since: 1, expiresAt: 9 } as const
  const said = saidAfter(queued, { type: 'callbackAsked', v: 1, payload: asked })
  expect(said).not.toContain('waiting')
  expect(said).toContain('Nobody answers Mina yet')
})
