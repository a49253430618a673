import { describe, expect, it } from '@jest/globals'
import type { WireEvent } from '../../server/contract/events.ts'
import { type Actor, emptyState, type EventBody } from '../../server/conversation/conversation.ts'
import { createDrafts } from './drafts.ts'
import { marksOf } from '../replay/marks.ts'
import { memoryStore } from '../wire/storage.ts'
import type { PendingMessage } from './outbox.ts'
import { agentActor, visitorActor } from './testing.ts'
import { toTimeline } from './timeline.ts'
import { othersIn, signed, workLinesOf } from './work-lines.ts'

const noon = new Date(2026, 4, 4, 12).getTime()
const minute = 60_000

function log(...entries: [at: number, actor: Actor, body: EventBody][]): WireEvent[] {
  return entries.map(([at, actor, body], i) => ({ ...body, seq: i + 1, at, actor }))
}
const says = (text: string): EventBody => ({ type: 'message', v: 1, payload: { text } })
const known = (events: WireEvent[], more = false) => ({
  ...{ events, more },
  state: { ...emptyState, lastAgent: { id: 'x', name: 'Amir' } },
})
/** Lines of what the agent `me` reads. */
const linesFor = (events: WireEvent[], more: boolean) =>
  toTimeline({
    events,
    audience: 'agent',
    work: workLinesOf(othersIn(known(events, more), 'me', 'Agent')),
  }).flatMap((item) => (item.kind === 'line' ? item.line : []))
const shape = (events: WireEvent[], more: Partial<Parameters<typeof toTimeline>[0]> = {}): string[] =>
  toTimeline({ events, audience: 'visitor', ...more }).map((item) => {
    if (item.kind === 'bubbles')
      return `${item.mine ? 'me' : item.name}: ${item.bubbles.map((b) => b.text).join(' | ')}`
    if (item.kind === 'line') return item.line.type
    if (item.kind === 'call') return `call ${item.status.name}`
    return item.kind
  })

describe('toTimeline', () => {
  it('groups one person’s messages within a minute, and separates days', () => {
    const events = log(
      [noon, visitorActor, says('a')],
      [noon + 30_000, visitorActor, says('b')],
      [noon + 2 * minute, visitorActor, says('c')],
      [noon + 2 * minute, agentActor, says('d')],
      [noon + 1_440 * minute, agentActor, says('e')],
    )
    expect(shape(events)).toEqual(['day', 'me: a | b', 'me: c', 'Sara: d', 'day', 'Sara: e'])
  })

  it('makes one card of a call’s events', () => {
    const callId = 'k'
    const asked: EventBody = { type: 'callAsked', v: 1, payload: { callId, media: 'voice', by: 'visitor' } }
    const connected: EventBody = { type: 'callConnected', v: 1, payload: { callId } }
    const ended: EventBody = {
      type: 'callEnded',
      v: 1,
      payload: { callId, reason: 'hungUp', by: 'agent', durationMs: 61_000, recorded: true },
    }
    const events = log([noon, visitorActor, asked], [noon, agentActor, connected], [noon, agentActor, ended])
    expect(shape(events.slice(0, 1))).toEqual(['day', 'call asking'])
    expect(shape(events.slice(0, 2))).toEqual(['day', 'call connected'])
    expect(toTimeline({ events, audience: 'visitor' })[1]).toMatchObject({
      mine: true,
      status: { name: 'ended', durationMs: 61_000 },
    })
    expect(shape(events.slice(1))).toEqual([])
  })

  it('tells until when a call was recorded whose recording was stopped before its end', () => {
    const callId = 'k'
    const ended = { callId, reason: 'hungUp' as const, by: 'agent' as const, durationMs: 90, recorded: false }
    const body = (
      type: 'callConnected' | 'recordingStarted',
      at: number,
    ): [number, typeof agentActor, EventBody] => [at, agentActor, { type, v: 1, payload: { callId } }]
    const asked: EventBody = { type: 'callAsked', v: 1, payload: { callId, media: 'voice', by: 'visitor' } }
    const stopped: EventBody = { type: 'recordingStopped', v: 1, payload: { callId, reason: 'consent' } }
    const events = log(
      [noon, visitorActor, asked],
      body('callConnected', noon + 10),
      body('recordingStarted', noon + 20),
      [noon + 70, visitorActor, stopped],
      [noon + 100, agentActor, { type: 'callEnded', v: 1, payload: ended }],
    )
    const call = (some: WireEvent[]) =>
      toTimeline({ events: some, audience: 'agent' }).find(({ kind }) => kind === 'call')
    expect(call(events)).toMatchObject({ status: { recorded: false, recordedMs: 60 } })
    const never = events.filter(({ type }) => !type.startsWith('recording'))
    expect(call(never)).toMatchObject({ status: { recorded: false, recordedMs: null } })
  })

  it('tells until when a spoken message is kept by its card, and nothing of a call that goes on', () => {
    const callId = 'k'
    const asked: EventBody = {
      ...{ type: 'callAsked', v: 1 },
      payload: { callId, media: 'voice', by: 'visitor', voicemail: true },
    }
    const ended = { callId, reason: 'notRecorded' as const, by: 'system' as const, durationMs: 60 }
    const of = (reason: string) =>
      toTimeline({
        audience: 'visitor',
        events: log(
          [noon, visitorActor, asked],
          [noon + 10, visitorActor, { type: 'callConnected', v: 1, payload: { callId } }],
          [noon + 20, agentActor, { type: 'recordingStarted', v: 1, payload: { callId } }],
          [noon + 70, agentActor, { type: 'recordingStopped', v: 1, payload: { callId, reason } }],
          [noon + 70, agentActor, { type: 'callEnded', v: 1, payload: { ...ended, recorded: false } }],
        ),
      })
    for (const reason of ['diskFull', 'notWritten']) {
      const items = of(reason)
      expect(items.find(({ kind }) => kind === 'call')).toMatchObject({
        ...{ voicemail: true, status: { recorded: false, recordedMs: 60 } },
      })
      expect(items.flatMap((one) => (one.kind === 'line' ? [one.line.type] : []))).toEqual([
        'recordingStarted',
      ])
    }
  })

  it('adds up a call’s holds, one that the end cuts off included, and names whoever sat down', () => {
    const callId = 'k'
    const seats = ['visitor']
    const guest = { callId, seat: 'g1', kind: 'guest' as const, name: 'Ivan' }
    const asked: EventBody = { type: 'callAsked', v: 1, payload: { callId, media: 'voice', by: 'visitor' } }
    const ended = { callId, reason: 'hungUp' as const, by: 'agent' as const, durationMs: 90, recorded: false }
    const events = log(
      [noon, visitorActor, asked],
      [noon, agentActor, { type: 'callConnected', v: 1, payload: { callId } }],
      [noon + 10, agentActor, { type: 'held', v: 1, payload: { callId, seats } }],
      [noon + 50, agentActor, { type: 'resumed', v: 1, payload: { callId, seats, since: noon + 10 } }],
      [noon + 60, agentActor, { type: 'seatJoined', v: 1, payload: guest }],
      [noon + 60, agentActor, { type: 'mediaRaised', v: 1, payload: { callId, seat: 'g1', source: 'cam' } }],
      [noon + 70, agentActor, { type: 'held', v: 1, payload: { callId, seats: ['visitor', 'g1'] } }],
      [noon + 90, agentActor, { type: 'callEnded', v: 1, payload: ended }],
    )
    const call = (count: number) => toTimeline({ events: events.slice(0, count), audience: 'agent' })[1]
    expect(call(3)).toMatchObject({ heldSince: noon + 10, heldMs: 0 })
    expect(call(4)).toMatchObject({ heldSince: null, heldMs: 40 })
    expect(call(8)).toMatchObject({ heldSince: null, heldMs: 60 })
    const lines = toTimeline({ events, audience: 'agent' }).flatMap((one) =>
      one.kind === 'line' ? [one.line] : [],
    )
    expect(lines).toMatchObject([
      { type: 'held' },
      { type: 'resumed', ms: 40 },
      { type: 'seatJoined', name: 'Ivan' },
      { type: 'mediaRaised', seat: 'g1', name: 'Ivan', source: 'cam' },
      { type: 'held' },
    ])
  })

  it('puts the New line before the first unread of the other side', () => {
    const events = log(
      [noon, agentActor, says('a')],
      [noon, visitorActor, says('b')],
      [noon, agentActor, says('c')],
    )
    expect(shape(events, { unreadAfter: 1 })).toEqual(['day', 'Sara: a', 'me: b', 'unread', 'Sara: c'])
    expect(shape(events, { unreadAfter: 3 })).not.toContain('unread')
  })

  it('tells what another agent did before as theirs, and then what oneself did', () => {
    const assigned = (agentId: string, name: string): EventBody => ({
      ...{ type: 'assigned', v: 1, payload: { agentId, name } },
    })
    const lost: EventBody = {
      ...{ type: 'sideLeft', v: 1, payload: { callId: 'k', seat: 'agent', why: 'connectionLost' } },
    }
    const ended: EventBody = { type: 'ended', v: 1, payload: { by: 'agent' } }
    const did = [lost, ended].map((body): [number, Actor, EventBody] => [noon, agentActor, body])
    const events = log(
      [noon, agentActor, assigned('s', 'Sara')],
      ...did,
      [noon, agentActor, assigned('me', 'Amir')],
      ...did,
    )
    expect(linesFor(events, false)).toMatchObject([
      { type: 'assigned', name: 'Sara' },
      { type: 'sideLeft', seat: 'agent', name: 'Sara' },
      { type: 'work', key: 'staff.ended_agent' },
      { type: 'assigned', name: 'Amir' },
      { type: 'sideLeft', seat: 'agent', name: null },
      { type: 'ended', by: 'agent' },
    ])
    // What came before is not in hand: it was some agent's where another took it since, and else theirs who had it last.
    expect(linesFor(events.slice(1), true)[0]).toMatchObject({ type: 'sideLeft', name: 'Agent' })
    expect(linesFor(events.slice(1, 3), true)[0]).toMatchObject({ type: 'sideLeft', name: 'Amir' })
  })

  it('names who ended a call to whoever has it now', () => {
    const ended = { callId: 'k', reason: 'hungUp', by: 'agent', durationMs: 1, recorded: true } as const
    const events = log(
      [noon, agentActor, { type: 'assigned', v: 1, payload: { agentId: 's', name: 'Sara' } }],
      [
        noon,
        visitorActor,
        { type: 'callAsked', v: 1, payload: { callId: 'k', media: 'voice', by: 'visitor' } },
      ],
      [noon, agentActor, { type: 'callEnded', v: 1, payload: ended }],
    )
    const cardOf = (me: string) =>
      signed(toTimeline({ events, audience: 'agent' }), events, me, othersIn(known(events), me, '')).find(
        ({ kind }) => kind === 'call',
      )
    expect(cardOf('me')).toMatchObject({ name: 'Sara', signed: true })
    expect(cardOf('s')).not.toHaveProperty('signed')
  })

  it('names who ended a call, also where another agent began it', () => {
    const assigned = (name: string): EventBody => ({
      ...{ type: 'assigned', v: 1, payload: { agentId: name, name } },
    })
    const ended = { callId: 'k', reason: 'hungUp', by: 'agent', durationMs: 1, recorded: true } as const
    const events = log(
      [noon, agentActor, assigned('Sara')],
      [
        noon,
        visitorActor,
        { type: 'callAsked', v: 1, payload: { callId: 'k', media: 'voice', by: 'visitor' } },
      ],
      [noon, agentActor, { type: 'callConnected', v: 1, payload: { callId: 'k' } }],
      [noon, agentActor, assigned('Amir')],
      [noon, agentActor, { type: 'callEnded', v: 1, payload: ended }],
    )
    const names = toTimeline({ events, audience: 'visitor' }).flatMap((item) =>
      item.kind === 'call' ? item.name : [],
    )
    expect(names).toEqual(['Amir'])
  })

  it('signs what another agent wrote, not what oneself or the visitor did', () => {
    const me: Actor = { kind: 'agent', id: 'me', name: 'Amir' }
    const events = log([noon, agentActor, says('a')], [noon, visitorActor, says('b')], [noon, me, says('c')])
    const items = signed(toTimeline({ events, audience: 'agent' }), events, 'me', new Map())
    const groups = items.flatMap((item) => (item.kind === 'bubbles' ? item : []))
    expect(groups.map((group) => [group.name, group.mine, group.signed === true])).toEqual([
      ['Sara', true, true],
      [null, false, false],
      ['Amir', true, false],
    ])
  })

  it('tells where a call changes hands among those in it who left, not that who talks on left and joined', () => {
    const seat = { callId: 'k', seat: 'c1', kind: 'agent', name: 'Amir' } as const
    const events = log(
      [noon, agentActor, { type: 'seatJoined', v: 1, payload: seat }],
      [noon, agentActor, { type: 'seatLeft', v: 1, payload: { ...seat, movesUp: true } }],
      [noon, agentActor, { type: 'assigned', v: 1, payload: { agentId: 'a', name: 'Amir', after: 'Sara' } }],
    )
    const told = toTimeline({ events, audience: 'visitor' }).flatMap((item) =>
      item.kind === 'line' ? item.line : [],
    )
    expect(told).toEqual([
      { type: 'seatJoined', name: 'Amir' },
      { type: 'seatLeft', name: 'Sara' },
    ])
    expect(marksOf(events).map(({ says }) => says)).toEqual([
      { own: 'seatJoined', name: 'Amir' },
      { type: 'seatLeft', name: 'Sara' },
    ])
  })

  it('says how far one’s own messages have come, and shows what is under way once', () => {
    const events = log([noon, visitorActor, says('a')], [noon + 2 * minute, visitorActor, says('b')])
    const marks = { visitor: { delivered: 0, read: 0 }, agent: { delivered: 2, read: 1 } }
    const waiting = {
      kind: 'message',
      text: 'c',
      attachments: [],
      at: noon,
      status: 'failed',
    } satisfies Partial<PendingMessage>
    const [first, second] = events
    if (second) second.clientId = 'known'
    const pending: PendingMessage[] = [
      { ...waiting, clientId: 'known' },
      { ...waiting, clientId: 'new' },
    ]
    const items = toTimeline({ events, marks, pending, audience: 'visitor' })
    const bubbles = items.flatMap((item) => (item.kind === 'bubbles' ? item.bubbles : []))
    expect(bubbles.map((one) => one.delivery)).toEqual(['read', 'delivered', 'failed'])
    expect(first?.seq).toBe(1)
  })
})

describe('drafts', () => {
  it('come back with their caret until they are emptied or too old', () => {
    let now = 0
    const drafts = createDrafts(memoryStore(), '', () => now)
    drafts.set('a', 'half a sent', 4)
    expect(drafts.get('a')).toMatchObject({ text: 'half a sent', caret: 4 })
    drafts.set('a', '')
    expect(drafts.get('a')).toBeNull()
    drafts.set('b', 'old')
    now = 31 * 24 * 3_600_000
    expect(drafts.get('b')).toBeNull()
  })

  it('are of one person, and read anew where somebody else has them now', () => {
    const store = memoryStore()
    const [sara, amir] = [createDrafts(store, 'sara.'), createDrafts(store, 'amir.')]
    sara.set('a', 'half a sentence')
    expect(amir.get('a')).toBeNull()
    const elsewhere = createDrafts(store, 'sara.')
    expect(elsewhere.$text('a').get()).toBe('half a sentence')
    sara.set('a', '')
    elsewhere.readAnew()
    expect(elsewhere.$text('a').get()).toBe('')
  })
})
