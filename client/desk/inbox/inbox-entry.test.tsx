import { afterEach, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { renderToStaticMarkup } from 'react-dom/server'
import type { InboxRow } from '../../../server/contract/events.ts'
import { type Actor, emptyState, evolve, type Side } from '../../../server/conversation/conversation.ts'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext } from '../../i18n/use-i18n.ts'
import { createDrafts } from '../../model/drafts.ts'
import { memoryStore } from '../../wire/storage.ts'
import type { Desk } from '../desk.ts'
import { DeskContext } from '../desk-context.ts'
import { InboxEntry } from './inbox-entry.tsx'

const i18n = createI18n('en', await loadMessages('en', ['call', 'common', 'desk', 'ui']))
const page = { visibilityState: 'visible', hasFocus: () => true }
Object.assign(globalThis, { document: page, location: { pathname: '/', search: '' }, history: {} })
afterEach(() => {
  page.hasFocus = () => true
})

const row: InboxRow = {
  ...{ conversationId: 'c', version: 1, unread: 3, visitorOnline: true },
  visitor: { name: 'Mina', email: null, verified: false, locale: 'en', since: 0 },
  state: { ...emptyState, phase: { name: 'active', agentId: 'a', agentName: 'Sara' } },
}
// Of the desk an entry needs no more.
const desk = {
  me: { id: 'a' },
  drafts: createDrafts(memoryStore()),
  $ending: atom(new Set()),
  wire: { serverNow: () => 1 },
}
const drawn = (of: InboxRow, selected = false): string =>
  renderToStaticMarkup(
    <I18nContext.Provider value={i18n}>
      <DeskContext.Provider value={desk as unknown as Desk}>
        <InboxEntry row={of} now={1} selected={selected} />
      </DeskContext.Provider>
    </I18nContext.Provider>,
  )
const saysUnread = (selected: boolean): boolean => drawn(row, selected).includes('3 unread')

it('counts what is unread in a conversation that is not before the agent', () => {
  expect(saysUnread(false)).toBe(true)
  page.hasFocus = () => false
  expect(saysUnread(true)).toBe(true)
})

it('counts nothing in the conversation that the agent looks at', () => {
  expect(saysUnread(true)).toBe(false)
})

const said = (actor: Actor): string => {
  const event = { type: 'message', v: 1, payload: { text: 'In stock' } } as const
  const state = evolve(row.state, event, { seq: 1, at: 1, actor })
  return /"entry-text"[^>]*>([^<]*)</.exec(drawn({ ...row, state }))?.[1] ?? ''
}

it('says of the last words whose they are, and “You” to nobody but who wrote them', () => {
  expect(said({ kind: 'visitor' })).toBe('In stock')
  expect(said({ kind: 'agent', id: 'a', name: 'Sara' })).toBe('You: In stock')
  expect(said({ kind: 'agent', id: 'b', name: 'Amir' })).toBe('Amir: In stock')
  expect(said({ kind: 'guest', name: 'Ivan' })).toBe('Ivan: In stock')
  const state = { ...row.state, lastText: { text: 'In stock', by: 'agent' as const } }
  expect(drawn({ ...row, state })).toContain('>In stock<')
})

it('says who asks for the call', () => {
  const asks = (by: Side) => {
    const event = { type: 'callAsked', v: 1, payload: { callId: 'k', media: 'voice', by } } as const
    return drawn({ ...row, state: evolve(row.state, event, { seq: 1, at: 1, actor: { kind: 'system' } }) })
  }
  expect(asks('visitor')).toContain('Wants to talk')
  expect(asks('agent')).not.toContain('Wants to talk')
  expect(asks('agent')).toContain('Ringing')
})
