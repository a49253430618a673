import { describe, expect, it } from '@jest/globals'
import type { CallState } from '../conversation/conversation.ts'
import { twoSeats } from '../conversation/testing.ts'
import { roomSpec } from './call.spec.ts'
import type { SeatRow } from './call.store.ts'

const asking: CallState = {
  ...{ id: 'c', media: 'voice', by: 'visitor', askedAt: 0, consent: { record: ['mic'] }, phase: 'asking' },
  seats: { visitor: twoSeats.visitor, agent: { ...twoSeats.agent, muted: true } },
}
const connected: CallState = { ...asking, phase: 'connected', since: 1, recording: false }
const onHold: CallState = {
  ...connected,
  seats: { ...connected.seats, visitor: { ...twoSeats.visitor, held: { since: 2, by: 'Sara' } } },
}
const seat = (seat_id: string, kind: string, epoch: number, mode: SeatRow['mode'] = null) =>
  ({ seat_id, kind, epoch, mode }) as SeatRow
const row = (visitor: number, agent: number, ...further: SeatRow[]) => ({
  seats: [seat('visitor', 'visitor', visitor), seat('agent', 'agent', agent), ...further],
})
const summary = (call: CallState, of: Parameters<typeof roomSpec>[1]) =>
  roomSpec(call, of).seats.map((one) => [one.id, one.epoch, one.record, one.hears])
const all = ['mic', 'cam', 'screen']

describe('what the media node is told', () => {
  it('lets nothing flow and writes nothing while it rings', () => {
    expect(roomSpec(asking, row(1, 1))).toMatchObject({ flow: false, recording: 'off' })
  })

  it('records, once connected, what the visitor consented to, and all that the agent shows', () => {
    expect(roomSpec(connected, row(1, 2))).toMatchObject({ flow: true, recording: 'on' })
    expect(summary(connected, row(1, 2))).toEqual([
      ['visitor', 1, ['mic'], ['agent']],
      ['agent', 2, all, ['visitor']],
    ])
  })

  it.each([[null], [{ record: [] }]])('never records with consent %j', (consent) => {
    expect(roomSpec({ ...connected, consent }, row(1, 1)).recording).toBe('off')
  })

  it('has captions where the call was connected with them, and not while it rings', () => {
    expect(roomSpec({ ...connected, captions: true }, row(1, 1)).captions).toBe(true)
    expect(roomSpec(connected, row(1, 1)).captions).toBeUndefined()
    expect(roomSpec(asking, row(1, 1)).captions).toBeUndefined()
  })

  it('keeps a mute, and leaves out a side that has no seat yet', () => {
    const spec = roomSpec(connected, row(0, 1))
    expect(spec.seats).toMatchObject([{ id: 'agent', muted: ['mic'], hears: [] }])
  })

  it('on hold sends neither side to the other, and goes on recording the visitor alone', () => {
    expect(roomSpec(onHold, row(1, 1)).recording).toBe('on')
    expect(summary(onHold, row(1, 1))).toEqual([
      ['visitor', 1, ['mic'], []],
      ['agent', 1, [], []],
    ])
  })

  it('gives everybody in a conference of five the sound and the pictures of all others', () => {
    const five = row(1, 1, seat('c1', 'agent', 1), seat('g1', 'guest', 1), seat('g2', 'guest', 1))
    const spec = roomSpec(connected, five).seats
    const ids = ['visitor', 'agent', 'c1', 'g1', 'g2']
    expect(spec.map(({ id, hears }) => [id, ...hears].sort())).toEqual(ids.map(() => [...ids].sort()))
    expect(spec.map(({ send }) => send)).toEqual(ids.map(() => all))
  })

  it('records of further seats what the visitor hears, hence no consultation and no whisper', () => {
    const guest = seat('g1', 'guest', 1)
    expect(summary(connected, row(1, 1, guest))[2]).toEqual(['g1', 1, all, ['visitor', 'agent']])
    expect(summary(onHold, row(1, 1, seat('c1', 'agent', 1)))).toEqual([
      ['visitor', 1, ['mic'], []],
      ['agent', 1, [], ['c1']],
      ['c1', 1, [], ['agent']],
    ])
    const whisperer = seat('s1', 'supervisor', 1, 'whisper')
    expect(roomSpec(connected, row(1, 1, whisperer)).seats[2]).toMatchObject({
      role: 'supervisor',
      record: [],
    })
  })

  describe('of what is said apart from the visitor, where the queue has it recorded', () => {
    const person = { ...twoSeats.agent, name: 'Amir', aside: true, recorded: true } as const
    const recorded = (call: CallState, of: Parameters<typeof roomSpec>[1]) =>
      roomSpec(call, of).seats.map(({ id, record, aside }) => [id, record, aside])
    const consulting: CallState = { ...onHold, seats: { ...onHold.seats, c1: person } }
    const withColleague = row(1, 1, seat('c1', 'agent', 1))

    it('keeps the voices apart: of a consultation both, of a whisper the whisperer’s', () => {
      expect(recorded(consulting, withColleague)).toEqual([
        ['visitor', ['mic'], undefined],
        ['agent', ['mic'], true],
        ['c1', ['mic'], true],
      ])
      const s1 = { ...person, kind: 'supervisor', mode: 'whisper' } as const
      const whispered: CallState = { ...connected, seats: { ...connected.seats, s1 } }
      expect(recorded(whispered, row(1, 1, seat('s1', 'supervisor', 1, 'whisper')))).toEqual([
        ['visitor', ['mic'], undefined],
        ['agent', all, undefined],
        ['s1', ['mic'], true],
      ])
    })

    it('keeps nothing without consent, of an agent whom only a guest hears, or of who listens', () => {
      const refused = { ...consulting, consent: { record: [] } }
      expect(recorded(refused, withColleague).map(([, record]) => record)).toEqual([[], [], []])
      const unheard: CallState = {
        ...onHold,
        seats: { ...onHold.seats, g1: { ...twoSeats.visitor, kind: 'guest' } },
      }
      expect(recorded(unheard, row(1, 1, seat('g1', 'guest', 1)))[1]).toEqual(['agent', [], undefined])
      const s1 = { ...person, kind: 'supervisor', mode: 'listen', recorded: undefined } as const
      const heardBy: CallState = { ...consulting, seats: { ...consulting.seats, s1 } }
      const seats = row(1, 1, seat('c1', 'agent', 1), seat('s1', 'supervisor', 1, 'listen'))
      expect(recorded(heardBy, seats)[3]).toEqual(['s1', [], undefined])
    })

    it('is one with the others again when the visitor hears them', () => {
      const { recorded: _apart, aside: _aside, ...shown } = person
      const merged: CallState = { ...connected, seats: { ...connected.seats, c1: shown } }
      expect(recorded(merged, withColleague)).toEqual([
        ['visitor', ['mic'], undefined],
        ['agent', all, undefined],
        ['c1', all, undefined],
      ])
    })
  })
})
