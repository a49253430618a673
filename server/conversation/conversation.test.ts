import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { retold } from '../call/call.seats.ts'
import { type EventBody, emptyState, evolve } from './conversation.ts'
import { type Entry, number } from './conversation.log.ts'
import type { Locked } from './conversation.store.ts'

const sides = fc.constantFrom('visitor' as const, 'agent' as const)
/** One of a seat that may not be there: the fold takes any. */
const seats = fc.constantFrom('visitor', 'agent', 'x7')
const sources = fc.constantFrom('mic' as const, 'cam' as const, 'screen' as const)
const ids = fc.constantFrom('one', 'two')
const at = { v: 1 as const }

const bodies: fc.Arbitrary<EventBody> = fc.oneof(
  fc.constant<EventBody>({ type: 'started', ...at, payload: { locale: 'fa' } }),
  fc
    .constantFrom('new' as const, 'handedOver' as const)
    .map((reason) => ({ type: 'queued' as const, ...at, payload: { reason } })),
  ids.map((agentId) => ({
    type: 'offered' as const,
    ...at,
    payload: { offerId: 'o', agentId, name: 'N', deadline: 9 },
  })),
  ids.map((agentId) => ({
    type: 'offerMissed' as const,
    ...at,
    payload: { offerId: 'o', agentId, name: 'N' },
  })),
  ids.map((agentId) => ({ type: 'assigned' as const, ...at, payload: { agentId, name: 'N' } })),
  fc.string().map((text) => ({ type: 'message' as const, ...at, payload: { text } })),
  fc.string().map((text) => ({ type: 'note' as const, ...at, payload: { text } })),
  fc.tuple(ids, sides).map(([callId, by]) => ({
    type: 'callAsked' as const,
    ...at,
    payload: { callId, media: 'voice' as const, by },
  })),
  ids.map((callId) => ({ type: 'callConnected' as const, ...at, payload: { callId } })),
  fc.tuple(ids, seats, sources).map(([callId, seat, source]) => ({
    type: 'mediaRaised' as const,
    ...at,
    payload: { callId, seat, source },
  })),
  fc.tuple(ids, seats, sources).map(([callId, seat, source]) => ({
    type: 'mediaLowered' as const,
    ...at,
    payload: { callId, seat, source },
  })),
  fc
    .tuple(ids, seats)
    .map(([callId, seat]) => ({ type: 'muted' as const, ...at, payload: { callId, seat } })),
  fc.tuple(ids, seats).map(([callId, seat]) => ({
    type: 'seatJoined' as const,
    ...at,
    payload: { callId, seat, kind: 'guest' as const, name: 'N' },
  })),
  fc.tuple(ids, seats).map(([callId, seat]) => ({
    type: 'seatLeft' as const,
    ...at,
    payload: { callId, seat, kind: 'guest' as const, name: 'N' },
  })),
  fc
    .tuple(ids, fc.array(seats))
    .map(([callId, held]) => ({ type: 'held' as const, ...at, payload: { callId, seats: held } })),
  fc.tuple(ids, fc.array(seats)).map(([callId, held]) => ({
    type: 'resumed' as const,
    ...at,
    payload: { callId, seats: held, since: 1 },
  })),
  ids.map((callId) => ({ type: 'recordingStarted' as const, ...at, payload: { callId } })),
  fc.tuple(ids, sides).map(([callId, by]) => ({
    type: 'callEnded' as const,
    ...at,
    payload: { callId, reason: 'hungUp' as const, by, durationMs: 1, recorded: false },
  })),
  sides.map((by) => ({ type: 'ended' as const, ...at, payload: { by } })),
)
const entries: fc.Arbitrary<Entry[]> = fc.array(
  fc.tuple(bodies, fc.boolean()).map(([body, byVisitor]) => ({
    body,
    actor: byVisitor ? ({ kind: 'visitor' } as const) : ({ kind: 'agent', id: 'one', name: 'N' } as const),
  })),
  { maxLength: 40 },
)
const fresh: Locked = {
  ...{ id: 'c', siteId: 's', visitorId: 'v', seq: 0, visitorSeq: 0, now: 1_000 },
  ...{ state: emptyState, visitorState: emptyState },
}

describe('the fold', () => {
  it('remembered with the rows is the fold over the rows, for each audience, however they were grouped', () => {
    fc.assert(
      fc.property(entries, fc.nat(40), (list, cut) => {
        const first = number(fresh, list.slice(0, cut))
        const second = number(first.locked, list.slice(cut))
        const events = [...first.events, ...second.events]
        let staff = emptyState
        let visitor = emptyState
        for (const event of events) {
          staff = evolve(staff, event, event)
          if (event.visitorSeq !== null) visitor = evolve(visitor, event, { ...event, seq: event.visitorSeq })
        }
        expect(second.locked.state).toEqual(staff)
        expect(second.locked.visitorState).toEqual(visitor)
        expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1))
        const seen = events.filter((event) => event.visitorSeq !== null)
        expect(seen.map((event) => event.visitorSeq)).toEqual(seen.map((_, i) => i + 1))
      }),
      { numRuns: 500 },
    )
  })

  it('keeps the two sides whatever is said of seats, and a further one from its joining to its leaving', () => {
    const guest = { callId: 'k', seat: 'g1', kind: 'guest' as const, name: 'Ivan' }
    const said: EventBody[] = [
      { type: 'callAsked', ...at, payload: { callId: 'k', media: 'voice', by: 'visitor' } },
      { type: 'seatJoined', ...at, payload: guest },
      { type: 'mediaRaised', ...at, payload: { callId: 'k', seat: 'g1', source: 'mic' } },
      { type: 'held', ...at, payload: { callId: 'k', seats: ['visitor', 'g1', 'nobody'] } },
      { type: 'resumed', ...at, payload: { callId: 'k', seats: ['visitor'], since: 4 } },
      { type: 'seatLeft', ...at, payload: { ...guest, seat: 'agent' } },
      { type: 'seatLeft', ...at, payload: guest },
    ]
    const actor = { kind: 'agent', id: 'a', name: 'Sara' } as const
    const seatsAfter = (count: number) =>
      said
        .slice(0, count)
        .reduce((state, body, i) => evolve(state, body, { seq: i + 1, at: i + 1, actor }), emptyState).call
        ?.seats
    expect(seatsAfter(4)).toMatchObject({
      visitor: { held: { since: 4, by: 'Sara' } },
      agent: { held: null },
      g1: { kind: 'guest', name: 'Ivan', sources: ['mic'], held: { since: 4, by: 'Sara' } },
    })
    expect(seatsAfter(5)).toMatchObject({ visitor: { held: null }, g1: { held: { since: 4 } } })
    expect(Object.keys(seatsAfter(7) ?? {}).sort()).toEqual(['agent', 'visitor'])
  })

  it('keeps a seat aside from those outside, and then shows them all that it shows', () => {
    const joined = { callId: 'k', seat: 'a2', kind: 'agent' as const, name: 'Amir' }
    const of = { callId: 'k', seat: 'a2' }
    const said: EventBody[] = [
      { type: 'callAsked', ...at, payload: { callId: 'k', media: 'voice', by: 'visitor' } },
      { type: 'seatJoined', ...at, payload: { ...joined, aside: true } },
      { type: 'mediaRaised', ...at, payload: { ...of, source: 'mic' } },
      { type: 'muted', ...at, payload: of },
      { type: 'sideLeft', ...at, payload: { ...of, why: 'connectionLost' } },
      { type: 'sideReturned', ...at, payload: of },
    ]
    const system = { kind: 'system' } as const
    const aside = number(
      fresh,
      said.map((body) => ({ actor: system, body })),
    )
    expect(aside.events.map(({ visitorSeq }) => visitorSeq)).toEqual([1, null, null, null, null, null])
    const known = aside.locked.state.call?.seats['a2']
    expect(known).toMatchObject({ aside: true, sources: ['mic'], muted: true })
    const shown = number(aside.locked, known ? retold('k', 'a2', known, {}) : [])
    const { state, visitorState } = shown.locked
    expect(visitorState.call).toEqual(state.call)
    expect(state.call?.seats['a2']).toMatchObject({ name: 'Amir', sources: ['mic'], muted: true })
    const hidden = number(
      shown.locked,
      retold('k', 'a2', { ...joined, ...known, aside: undefined } as never, { aside: true }),
    )
    expect(Object.keys(hidden.locked.visitorState.call?.seats ?? {}).sort()).toEqual(['agent', 'visitor'])
    expect(hidden.locked.state.call?.seats['a2']).toEqual(known)
  })

  it('goes on over a type that it does not know', () => {
    const unknown = { type: 'somethingNew', v: 1, payload: {} } as unknown as EventBody
    expect(evolve(emptyState, unknown, { seq: 7, at: 5, actor: { kind: 'system' } }).seq).toBe(7)
  })
})
