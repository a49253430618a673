import { describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { renderToStaticMarkup } from 'react-dom/server'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import type { CallItem } from '../model/timeline-item.ts'
import { CallCard } from './call-card.tsx'
import type { Call } from './controller.ts'

const locales = ['en', 'fa', 'ru'] as const
const words = Object.fromEntries(
  await Promise.all(
    locales.map(async (locale) => [locale, createI18n(locale, await loadMessages(locale, ['call', 'ui']))]),
  ),
) as Record<(typeof locales)[number], ReturnType<typeof createI18n>>

/** A spoken message that is over. */
const spoken = (recorded: boolean, recordedMs: number | null): CallItem => ({
  ...{ kind: 'call', key: 'k', at: 0, seq: 1, callId: 'k', media: 'voice', voicemail: true, by: 'visitor' },
  ...{ mine: true, name: null, heldSince: null, heldMs: 0 },
  status: { name: 'ended', reason: 'notRecorded', by: 'system', durationMs: 110_000, recorded, recordedMs },
})
/** Nobody is in it, and nobody answers. */
const idle = {
  ...{ side: 'visitor', $call: atom(null), $media: atom(null), $hungUp: atom(null), $accepted: atom(null) },
  ...{ ownSeat: () => null, mayJoin: () => false, listens: () => false, agentName: () => null },
} as unknown as Call
type Drawn = {
  reader?: 'visitor' | 'agent'
  locale?: (typeof locales)[number]
  last?: boolean
  call?: Call | null
}
const drawn = (item: CallItem, { reader = 'visitor', locale = 'en', last = true, call = null }: Drawn = {}) =>
  renderToStaticMarkup(
    <I18nContext.Provider value={words[locale]}>
      <CallCard
        {...{ item, reader, last, call, peer: 'Your message' }}
        {...(reader === 'visitor' ? { write: () => undefined } : {})}
      />
    </I18nContext.Provider>,
  )

describe('the card of a spoken message', () => {
  it('says how long it is, and no more, where all of it is kept', () => {
    expect(drawn(spoken(true, null))).toContain('Voice message · 1:50 <time>')
    expect(drawn(spoken(true, null))).not.toContain('button')
  })

  it('says up to where it is kept, and leads on to writing the rest', () => {
    const card = drawn(spoken(false, 70_000))
    expect(card).toContain('Voice message · 1:10. Your message was kept up to here.')
    expect(card).toMatch(/<button.*Write a message/)
    expect(drawn(spoken(false, 70_000), { last: false })).not.toContain('button')
    const theirs = drawn(spoken(false, 70_000), { reader: 'agent' })
    expect(theirs).toContain('Voice message · 1:10. It is kept up to here')
    expect(theirs).not.toContain('button')
  })

  it('says that nothing is kept, not how long it was spoken', () => {
    const card = drawn(spoken(false, null))
    expect(card).toContain('Voice message. Your message could not be kept. Please write instead.')
    expect(card).not.toContain('1:50')
    expect(card).toMatch(/<button.*Write a message/)
    expect(drawn(spoken(false, null), { reader: 'agent' })).toContain('Nothing of it was recorded.')
  })

  it('can be spoken again by who spoke it, where nothing of it is kept and nobody answers', () => {
    expect(drawn(spoken(false, null), { call: idle })).toMatch(/<button.*Try again.*<button.*Write a message/)
    const without = [
      drawn(spoken(false, null), { call: idle, last: false }),
      drawn(spoken(false, null), { call: { ...idle, agentName: () => 'Sara' } }),
      drawn(spoken(false, null), { call: idle, reader: 'agent' }),
      drawn(spoken(false, 70_000), { call: idle }),
      drawn(spoken(true, null), { call: idle }),
    ]
    for (const card of without) expect(card).not.toMatch(/Try again|Call again/)
  })

  it.each(locales)('says all of it in %s', (locale) => {
    for (const item of [spoken(false, 70_000), spoken(false, null)])
      for (const reader of ['visitor', 'agent'] as const)
        expect(drawn(item, { locale, reader })).not.toMatch(/…|undefined/)
  })
})

describe('the card of a call that its visitor has hung up, before the server knows', () => {
  const connected = { name: 'connected', since: 0, recording: true, recordedMs: null } as const
  const over = { ...idle, $hungUp: atom('k'), $step: atom(null) } as unknown as Call
  const running = (voicemail: boolean): CallItem => ({ ...spoken(true, null), voicemail, status: connected })

  it('says that it is over, and not of another one', () => {
    expect(drawn(running(false), { call: over })).toContain('You ended the call <time>')
    expect(drawn({ ...running(false), callId: 'next' }, { call: over })).toContain('Call running')
    expect(drawn(running(true), { call: over })).toContain('Voice message <time>')
  })

  it('says of one that rang that it was withdrawn or declined', () => {
    const rang = (mine: boolean): CallItem => ({ ...running(false), mine, status: { name: 'asking' } })
    expect(drawn(rang(true), { call: over })).toContain('You withdrew the call')
    expect(drawn(rang(false), { call: over })).toContain('You chose not to talk now')
  })

  it('goes on for staff who have only left it', () => {
    expect(drawn(running(false), { call: over, reader: 'agent' })).toContain('Call running')
  })
})
