import { describe, expect, it } from '@jest/globals'
import type { ConversationEvent, EventBody } from '../conversation/conversation.ts'
import { type CallFacts, factsOf, holdsOf } from './facts.policy.ts'

type Entry = EventBody & { at?: number }
const log = (...entries: Entry[]): ConversationEvent[] =>
  entries.map((entry, index) => ({
    ...{ at: index * 1_000, ...entry, seq: index + 1, visitorSeq: index + 1 },
    actor: { kind: 'system' },
  }))
const callId = 'call'
const ev = <T extends EventBody['type']>(
  type: T,
  payload: Extract<EventBody, { type: T }>['payload'],
  at?: number,
): Entry => ({ type, v: 1, payload, ...(at === undefined ? {} : { at }) }) as Entry

const about = (events: ConversationEvent[], calls: CallFacts[] = []) =>
  factsOf({ siteId: 's', locale: 'fa', startedAt: 1_000, lastAt: 61_000, events, calls })
const assigned = ev('assigned', { agentId: 'a', name: 'Sara' })
const connected = ev('callConnected', { callId })
const ended = (recorded: boolean) =>
  ev('callEnded', { callId, reason: 'hungUp', by: 'agent', durationMs: 1, recorded })

describe('what a conversation was', () => {
  it('was text where no call was answered; site, language and length are known', () => {
    expect(about(log(ev('started', { locale: 'fa' })))).toEqual({
      facets: ['language:fa', 'medium:text', 'site:s'],
      ...{ lengthMs: 60_000, callMs: 0, hold: null, silence: null, overlap: null, mos: null },
    })
  })

  it('names everybody who answered, every queue, medium, and what happened', () => {
    const events = log(
      ev('queued', { reason: 'new', queueId: 'q' }),
      assigned,
      ev('queued', { reason: 'reopened', queueId: null }),
      ev('assigned', { agentId: 'b', name: 'Omid' }),
      connected,
      ev('mediaRaised', { callId, seat: 'visitor', source: 'mic' }),
      ev('mediaRaised', { callId, seat: 'visitor', source: 'cam' }),
      ev('seatJoined', { callId, seat: 'x', kind: 'guest', name: 'Eva' }),
      ev('sideLeft', { callId, seat: 'visitor', why: 'pageChange' }),
      ended(false),
    )
    expect(about(events).facets).toEqual([
      ...['agent:a', 'agent:b', 'event:guest', 'event:reopened', 'event:unrecorded', 'language:fa'],
      ...['medium:video', 'medium:voice', 'queue:q', 'site:s'],
    ])
  })

  it('keeps each agent’s last disposition', () => {
    const disposed = (agentId: string, dispositionId: string) =>
      ev('disposed', { agentId, name: '', dispositionId, names: [] })
    const { facets } = about(log(disposed('a', '1'), disposed('b', '2'), disposed('a', '3')))
    expect(facets.filter((one) => one.startsWith('disposition'))).toEqual(['disposition:2', 'disposition:3'])
  })

  it('was given up when the visitor went before an answer', () => {
    const queued = ev('queued', { reason: 'new' })
    const went = ev('ended', { by: 'visitor' })
    const happened = (...entries: Entry[]) => about(log(...entries)).facets.includes('event:abandoned')
    expect(happened(queued, went)).toBe(true)
    expect(happened(queued, assigned, went)).toBe(false)
    expect(happened(queued, assigned, ev('ended', { by: 'system', reason: 'abandoned' }))).toBe(true)
  })

  it('was on hold from the word to the other, or to the call’s end; only the visitor’s counts', () => {
    const held = (at: number, ...seats: string[]) => ev('held', { callId, seats }, at)
    const resumed = (at: number) => ev('resumed', { callId, seats: ['visitor'], since: 0 }, at)
    const endedAt = { ...ended(true), at: 50_000 }
    const events = log(
      held(1_000, 'x'),
      held(10_000, 'visitor'),
      resumed(20_000),
      held(30_000, 'visitor'),
      endedAt,
    )
    expect(holdsOf(events, 99_000)).toEqual([
      { from: 10_000, to: 20_000 },
      { from: 30_000, to: 50_000 },
    ])
    expect(holdsOf(events.slice(0, -1), 40_000)[1]).toEqual({ from: 30_000, to: 40_000 })
    expect(about(events, [{ ms: 60_000, mos: null, sound: null }]).hold).toBe(0.5)
  })

  it('takes the worst connection, and shares of what was recorded', () => {
    const sound = { ms: 10_000, silenceMs: 4_000, overlapMs: 1_000 }
    const calls = [
      { ms: 10_000, mos: 4.1, sound },
      { ms: 90_000, mos: 3.2, sound: null },
    ]
    expect(about(log(), calls)).toMatchObject({ callMs: 100_000, mos: 3.2, silence: 0.4, overlap: 0.1 })
  })
})
