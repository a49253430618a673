import { describe, expect, it } from '@jest/globals'
import { renderToStaticMarkup } from 'react-dom/server'
import type { CallEndReason } from '../../server/call/call.ts'
import type { WireEvent } from '../../server/contract/events.ts'
import { type ConversationState, emptyState, type EventBody } from '../../server/conversation/conversation.ts'
import { twoSeats } from '../../server/conversation/testing.ts'
import { CallCard } from '../call/call-card.tsx'
import { createI18n, type I18n } from '../i18n/i18n.ts'
import type { Section } from '../i18n/keys.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { agentActor } from '../model/testing.ts'
import type { ThreadView } from '../model/thread.ts'
import type { SystemLine, TimelineItem } from '../model/timeline-item.ts'
import { Thread } from '../ui/thread.tsx'
import { visitorItems } from '../widget/panel/panel.tsx'
import { guestItems, sections } from './items.ts'

const callId = 'k'
const at = (seat: string) => ({ callId, seat })
const me = { name: 'Nina', seat: 'g' }
const colleague = { seat: 's', kind: 'supervisor', name: 'Amir' } as const
const seats = ['visitor', 'agent', me.seat, colleague.seat]
type Body<T extends EventBody['type']> = Extract<EventBody, { type: T }>['payload']
const body = <T extends EventBody['type']>(type: T, payload: Body<T>) =>
  ({ type, v: 1, payload }) as EventBody
const moved = (type: 'mediaRaised' | 'mediaLowered'): EventBody[] =>
  seats.flatMap((seat) =>
    (['mic', 'cam', 'screen'] as const).map((source) => body(type, { ...at(seat), source })),
  )

/** Of each line what those from outside may be told of it. */
const lines: Record<Exclude<SystemLine['type'], 'work'>, EventBody[]> = {
  assigned: [body('assigned', { agentId: 'a', name: 'Sara' })],
  seatJoined: [body('seatJoined', { callId, ...colleague })],
  seatLeft: [body('seatLeft', { callId, ...colleague })],
  mediaRaised: moved('mediaRaised'),
  mediaLowered: moved('mediaLowered'),
  recordingStarted: [body('recordingStarted', { callId })],
  recordingPaused: [body('recordingPaused', { callId, why: 'card' } as Body<'recordingPaused'>)],
  recordingResumed: [body('recordingResumed', { callId, over: true, since: 0 } as Body<'recordingResumed'>)],
  recordingStopped: ['diskFull', 'notWritten', 'asked'].map((reason) =>
    body('recordingStopped', { callId, reason }),
  ),
  consentWithdrawn: [body('consentWithdrawn', { callId })],
  held: [body('held', { callId, seats: ['visitor'] })],
  resumed: [body('resumed', { callId, seats: ['visitor'], since: 0 })],
  sideLeft: (['pageChange', 'connectionLost'] as const).flatMap((why) =>
    seats.map((seat) => body('sideLeft', { ...at(seat), why })),
  ),
  sideReturned: seats.map((seat) => body('sideReturned', at(seat))),
  ended: (['visitor', 'agent', 'system'] as const).map((by) => body('ended', { by })),
  reopened: (['visitor', 'agent'] as const).map((by) => body('reopened', { by })),
}
const reasons: Record<CallEndReason, true> = {
  ...{ hungUp: true, declined: true, withdrawn: true, missed: true, noAgent: true, connectionLost: true },
  ...{ conversationEnded: true, mediaUnavailable: true, consentWithdrawn: true, notRecorded: true },
}
const calls: EventBody[] = (Object.keys(reasons) as CallEndReason[]).flatMap((reason) =>
  (['voice', 'video'] as const).flatMap((media) =>
    (['visitor', 'agent', 'system'] as const).flatMap((by) => {
      const callId = `${reason} ${media} ${by}`
      const asked = body('callAsked', { callId, media, by: by === 'system' ? 'agent' : by })
      const connected = body('callConnected', { callId })
      const ended = body('callEnded', { callId, reason, by, durationMs: 1_000, recorded: false })
      return [asked, connected, ended]
    }),
  ),
)
const under: EventBody[] = [
  body('callAsked', { callId: 'rings', media: 'voice', by: 'visitor' }),
  body('callAsked', { callId, media: 'video', by: 'agent' }),
  body('callConnected', { callId }),
]
const log = (bodies: EventBody[]) =>
  bodies.map((one, i): WireEvent => ({ ...one, seq: i + 1, at: (i + 1) * 1_000, actor: agentActor }))

const state: ConversationState = {
  ...emptyState,
  phase: { name: 'active', agentId: 'a', agentName: 'Sara' },
  call: {
    ...{ id: callId, media: 'video', by: 'agent', askedAt: 0, consent: null },
    seats: { ...twoSeats, s: { ...twoSeats.agent, kind: 'supervisor', name: 'Amir' } },
    ...{ phase: 'connected', since: 0, recording: false },
  },
}
const nobody = { delivered: 0, read: 0 }
const view = (bodies: EventBody[]) =>
  ({
    events: log(bodies),
    pending: [],
    marks: { visitor: nobody, agent: nobody },
    state,
  }) as unknown as ThreadView

/** Draws a thread, and says which words it asked for that the page does not have. */
async function drawn(
  locale: 'en' | 'fa' | 'ru',
  has: readonly Section[],
  items: TimelineItem[],
  reader: 'visitor' | 'agent',
) {
  const messages = await loadMessages(locale, has)
  const i18n = createI18n(locale, messages)
  const lacking: string[] = []
  const t: I18n['t'] = (key, params) => {
    if (!(key in messages || `${key}_other` in messages)) lacking.push(key)
    return i18n.t(key, params)
  }
  const html = renderToStaticMarkup(
    <I18nContext.Provider value={{ ...i18n, t }}>
      <Thread
        {...{ items, conversation: 'c', label: '', url: () => Promise.resolve('') }}
        reader={reader === 'visitor' ? reader : null}
        call={(item) => <CallCard item={item} call={null} reader={reader} peer="Sara" />}
      />
    </I18nContext.Provider>,
  )
  return { html, lacking }
}
const everything = [...under, ...Object.values(lines).flat(), ...calls]

describe.each(['en', 'fa', 'ru'] as const)('in %s', (locale) => {
  it('a guest’s thread asks for no words that their page does not have', async () => {
    const { lacking } = await drawn(locale, sections, guestItems(view(everything), me), 'agent')
    expect(lacking).toEqual([])
  })

  it('nor does a visitor’s', async () => {
    const has = ['common', 'ui', 'widget', 'call', 'waiting'] as const
    const { lacking } = await drawn(locale, has, visitorItems(view(everything), null), 'visitor')
    expect(lacking).toEqual([])
  })
})

it('a guest is told by name who of those that were there before shares their screen', async () => {
  const shares = ['agent', 's', 'visitor'].map((seat) =>
    body('mediaRaised', { ...at(seat), source: 'screen' }),
  )
  const { html } = await drawn('en', sections, guestItems(view(shares), me), 'agent')
  for (const who of ['Sara', 'Amir', 'Visitor']) expect(html).toContain(`${who}: screen shared`)
})
