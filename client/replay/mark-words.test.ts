import { describe, expect, it } from '@jest/globals'
import type { WireEvent } from '../../server/contract/events.ts'
import type { EventPayloads, EventType } from '../../server/conversation/conversation.ts'
import { createI18n, type I18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { markWords } from './mark-words.ts'
import { marksOf, silent } from './marks.ts'

const call = { callId: 'c' }
const g1 = { ...call, seat: 'g1', name: 'Ali' } as const
const person = { agentId: 'a', name: 'Sara' }
const hold = { ...call, hold: 'h', why: 'card' } as const

/** Of every type there is one, so that a new one does not compile without; of some, each way it is said. */
const samples: { [T in EventType]: readonly EventPayloads[T][] } = {
  started: [{ locale: 'en' }, { locale: 'en', page: { url: 'https://shop.example/', title: 'Shoes' } }],
  queued: (['new', 'reopened', 'agentGone', 'handedOver', 'unanswered', 'transferred'] as const).map(
    (reason) => ({ reason }),
  ),
  transferred: [
    { to: { kind: 'agent', id: 'b', name: 'Amir' }, note: 'A return' },
    { to: { kind: 'queue', id: null, name: '' }, note: '' },
  ],
  transferReturned: [{ why: 'declined', name: 'Amir' }],
  offered: [{ ...person, offerId: 'o', deadline: 1 }],
  offerMissed: [{ ...person, offerId: 'o' }],
  offerWithdrawn: [{ agentId: 'a', offerId: 'o' }],
  assigned: [person],
  message: [{ text: 'hi' }],
  note: [{ text: 'hm' }],
  pageViewed: [{ url: 'https://shop.example/', title: 'Shoes' }],
  ended: [{ by: 'visitor' }, { by: 'agent' }, { by: 'system' }],
  reopened: [{ by: 'visitor' }],
  callAsked: [{ ...call, media: 'voice', by: 'visitor' }],
  callConnected: [call],
  invited: [{ ...call, invitationId: 'i', purpose: 'consult', personId: 'b', name: 'Amir' }],
  invitationGone: [{ ...call, invitationId: 'i', name: 'Amir', why: 'missed' }],
  seatJoined: [{ ...g1, kind: 'guest' }],
  seatLeft: [{ ...g1, kind: 'guest' }],
  mediaRaised: (['mic', 'cam', 'screen'] as const).map((source) => ({ ...call, seat: 'visitor', source })),
  mediaLowered: (['mic', 'cam', 'screen'] as const).map((source) => ({ ...call, seat: 'agent', source })),
  muted: [{ ...call, seat: 'agent' }],
  unmuted: [{ ...call, seat: 'agent' }],
  held: [{ ...call, seats: ['visitor'] }],
  resumed: [{ ...call, seats: ['visitor'], since: 1 }],
  consentGiven: [{ ...call, consent: { record: ['mic'] } }],
  consentWithdrawn: [call],
  recordingStarted: [call],
  recordingStopped: [
    { ...call, reason: 'diskFull' },
    { ...call, reason: 'notWritten' },
    { ...call, reason: 'over' },
  ],
  sideLeft: (['pageChange', 'connectionLost'] as const).map((why) => ({ ...call, seat: 'visitor', why })),
  sideReturned: [{ ...call, seat: 'visitor' }],
  qualityRaised: [{ ...call, seat: 'agent', warning: 'loss', loss: 0.1, rttMs: 1, jitterMs: 1, mos: 2 }],
  qualityCleared: [{ ...call, seat: 'agent', warning: 'loss' }],
  mediaMoved: [{ ...call, epoch: 2, why: 'worker' }],
  callEnded: [{ ...call, reason: 'hungUp', by: 'agent', durationMs: 1, recorded: true }],
  formAnswered: [{ purpose: 'preChat', answers: [{ label: 'Order', type: 'text', value: '42' }] }],
  deferred: (['closed', 'full', 'nobody', 'left', 'notReached', 'notCalled', 'gone'] as const).map((why) => ({
    why,
    opensAt: null,
  })),
  callbackAsked: [{ media: 'voice', since: 1, at: null, expiresAt: 2 }],
  callbackTried: [
    { outcome: 'missed', next: 1 },
    { outcome: 'declined', next: 1 },
  ],
  voicemailLeft: [
    { ...call, media: 'voice', durationMs: 1 },
    { ...call, media: 'video', durationMs: 1 },
  ],
  taskDropped: [{ why: 'returned', since: 1 }],
  wrapUpStarted: [{ ...person, deadline: 1, timed: true }],
  wrapUpExtended: [{ ...person, deadline: 1 }],
  wrapUpEnded: [{ ...person, how: 'done' }],
  disposed: [{ ...person, dispositionId: 'd', names: ['Sale'] }],
  recordingPaused: [{ ...hold, number: 1 }],
  pauseInForce: [{ ...call, number: 1 }],
  pauseReminded: [{ ...call, since: 1 }],
  recordingResumed: [{ ...hold, since: 1, over: true }],
}

const event = (type: EventType, payload: unknown): WireEvent =>
  ({ type, v: 1, payload, seq: 1, at: 0, actor: { kind: 'agent', id: 'a', name: 'Sara' } }) as WireEvent
const types = Object.keys(samples) as EventType[]
const told = types.filter((type) => !silent.has(type))
const locales = ['en', 'fa', 'ru'] as const
const load = async (locale: (typeof locales)[number]): Promise<I18n> =>
  createI18n(locale, await loadMessages(locale, ['common', 'ui', 'staff', 'call', 'replay']))
const i18ns = await Promise.all(locales.map(load))
const en = await load('en')

/** What is said of it, without the time. */
const words = (i18n: I18n, type: EventType, payload: unknown): string | null => {
  const [mark] = marksOf([event(type, payload)])
  return mark ? markWords(i18n, mark).replace(i18n.time(0), '').trim() : null
}

describe.each(i18ns)('a mark on the axis in $locale', (i18n) => {
  it.each(told)('has words for %s', (type) => {
    expect(samples[type]).not.toEqual([])
    for (const payload of samples[type]) {
      const said = words(i18n, type, payload) ?? ''
      // More than who it was, and no key that has no words.
      expect(said.replace(/Sara|Agent|Visitor|کارشناس|بازدیدکننده|Оператор|Посетитель/g, '')).toMatch(
        /\p{L}{3}/u,
      )
      expect(said).not.toMatch(/\b(common|ui|staff|call|replay)\.|undefined|\{\w+\}/)
    }
  })
})

it('a mark says the same as the thread', () => {
  const said = (type: EventType, payload: unknown) => words(en, type, payload)
  expect(samples.queued.map((payload) => said('queued', payload))).toEqual([
    'Waiting for an agent',
    'Waiting for an agent again',
    'The agent’s connection was lost. Back in the queue, in front.',
    'Handed over to another agent',
    'Still waiting for an agent',
    'On the way to somebody else',
  ])
  expect(samples.sideLeft.map((payload) => said('sideLeft', payload))).toEqual([
    'Visitor: changing page',
    'Visitor: connection lost',
  ])
  expect(said('ended', { by: 'visitor' })).toBe('The visitor ended the conversation')
  expect(said('voicemailLeft', samples.voicemailLeft[0])).toBe('Voice message')
})

it('what somebody of a further seat does carries their name', () => {
  const marks = marksOf([
    event('seatJoined', samples.seatJoined[0]),
    event('mediaRaised', { ...call, seat: 'g1', source: 'mic' }),
  ])
  expect(marks.map((mark) => markWords(en, mark).replace(en.time(0), '').trim())).toEqual([
    'Ali: Joined the call',
    'Ali: microphone on',
  ])
})

it('there is no mark where nothing is said: a form left empty, a pause that another goes on after', () => {
  expect(words(en, 'formAnswered', { purpose: 'preChat', answers: [] })).toBeNull()
  expect(words(en, 'recordingResumed', { ...hold, since: 1, over: false })).toBeNull()
})

it.each(['en', 'fa', 'ru'] as const)('names of lanes have room before the axis: %s', async (locale) => {
  const said = await loadMessages(locale, ['replay'])
  const names = Object.entries(said).filter(([key]) => key.startsWith('replay.lane_'))
  expect(names.length).toBeGreaterThan(5)
  // 136 px of 12 px letters.
  for (const [, name] of names) expect(name.length).toBeLessThanOrEqual(19)
})
