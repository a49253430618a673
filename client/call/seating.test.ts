import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { type CallState, emptyState, type Side } from '../../server/conversation/conversation.ts'
import { twoSeats } from '../../server/conversation/testing.ts'
import { eventually } from '../../scripts/runner/testing.ts'
import { preloadMedia } from '../media/device-cache.ts'
import type { SourceState } from '../media/devices.ts'
import type { CallWire } from '../media/wire.ts'
import type { ThreadView } from '../model/thread.ts'
import { joined } from './joined.ts'
import { createSeating, type Seating } from './seating.ts'
import { Booth, on } from './testing/booth.ts'

const call: CallState = {
  ...{ id: 'k', media: 'voice', by: 'visitor', askedAt: 0, consent: null, seats: twoSeats },
  ...{ phase: 'connected', since: 1, recording: false },
}
const muted = { ...call, seats: { ...twoSeats, visitor: { ...twoSeats.visitor, muted: true } } }

/** A server that answers nothing, and pushes what the test says. */
class Line {
  readonly asked: string[] = []
  readonly handlers = new Map<string, (payload: unknown) => void>()
  readonly wire = {
    request: (name: string) => {
      this.asked.push(name)
      return new Promise(() => undefined)
    },
    on: (name: string, handler: (payload: unknown) => void) => {
      this.handlers.set(name, handler)
      return () => undefined
    },
    $status: atom('online'),
    onOnline: () => () => undefined,
    beforeLeave: () => () => undefined,
    setLively: () => undefined,
  } as unknown as CallWire
}

let booth: Booth
let line: Line
let told: string[]
let seating: Seating
const $view = atom({} as ThreadView)
const log = (now: CallState) => $view.set({ ...$view.get(), state: { ...emptyState, call: now } })

/** The next page of a tab that was in the call. */
function page(now: CallState): void {
  joined.set({ callId: 'k', sources: [] })
  anyPage(now)
}

function anyPage(now: CallState): void {
  log(now)
  seating = seat('visitor', null)
}

const seat = (side: Side, me: string | null): Seating =>
  createSeating({
    ...{ wire: line.wire, thread: { $view }, side, me, devices: booth.devices },
    onRaised: (source) => told.push(`raised ${source}`),
    onTrouble: (source) => told.push(`trouble ${source}`),
    onEnded: () => undefined,
  })
const mute = () => seating.$media.get()?.$mute.get()

beforeAll(() => preloadMedia())
beforeEach(() => {
  booth = new Booth()
  line = new Line()
  told = []
})
afterEach(() => seating.close())

describe('a seat that the next page takes', () => {
  it('is as muted as the log has it, before a word of it is heard, and nobody is told so again', () => {
    page(muted)
    expect(mute()).toEqual({ wished: true, confirmed: true })
    expect(booth.opened).toEqual(['mic'])
    expect(booth.sounds).not.toContain(true)
    expect(line.asked).not.toContain('media.mute')
  })

  it('is heard where the log has it so, and is not muted by older news afterwards', () => {
    page(muted)
    seating.$media.get()?.mute(false)
    log({ ...muted, since: 2 } as CallState)
    expect(mute()).toEqual({ wished: false, confirmed: false })
    seating.close()
    page(call)
    expect(mute()).toEqual({ wished: false, confirmed: true })
    expect(booth.sounds.at(-1)).toBe(true)
  })

  it('and that is brought back from another page opens its microphone again, as muted as it was there', () => {
    page(call)
    line.handlers.get('media.closed')?.({ callId: 'k', why: 'taken' })
    expect(booth.states.mic.get().name).toBe('off')
    log(muted)
    seating.enter('k')
    seating.$media.get()?.take()
    seating.join(muted)
    expect(booth.opened).toEqual(['mic', 'mic'])
    expect(mute()?.wished).toBe(true)
  })
})

describe('a tab that was never in the call', () => {
  const left = { ...call, seats: { ...twoSeats, visitor: { ...twoSeats.visitor, present: false } } }
  beforeEach(() => joined.set(null))

  it('lets it be while another tab of the visitor has it, and also while that one walks to its next page', () => {
    anyPage(call)
    log(left)
    expect(booth.opened).toEqual([])
    expect(line.asked).not.toContain('media.open')
    log(call)
    log({ ...left })
    expect(booth.opened).toEqual([])
    // Asked to, it takes it.
    seating.enter('k')
    seating.join(left)
    expect(booth.opened).toEqual(['mic'])
  })

  const at = { callId: 'k', seat: 'agent' }
  const reloads = { type: 'sideLeft', payload: { ...at, why: 'pageChange' } }
  const lost = { type: 'sideLeft', payload: { ...at, why: 'connectionLost' } }
  const returned = { type: 'sideReturned', payload: at }
  const given = { type: 'assigned', payload: { agentId: 'sara', name: 'Sara' } }
  it.each([
    ['lets it be while the one that has it changes its page', [reloads], []],
    ['lets it be while that one does so again', [reloads, returned, reloads], []],
    ['has it where nobody is to come back: it was given to this agent', [lost], ['mic']],
    ['has it where a colleague came back from a reload before it was given', [reloads, returned], ['mic']],
    ['has it where it was given while a colleague reloaded', [reloads, given], ['mic']],
  ])('of an agent %s', (_what, events, opened) => {
    const phase = { name: 'active', agentId: 'sara', agentName: 'Sara' } as const
    const seen = (now: CallState, events: unknown[]) => {
      const state = { ...emptyState, phase, call: now }
      $view.set({ ...$view.get(), state, events: events as ThreadView['events'] })
    }
    const absent = { ...call, seats: { ...twoSeats, agent: { ...twoSeats.agent, present: false } } }
    seen(call, [])
    seating = seat('agent', 'sara')
    seen(absent, events)
    expect(booth.opened).toEqual(opened)
  })

  it('has it where it comes while none has: what the one before remembered may be lost', () => {
    anyPage(left)
    expect(booth.opened).toEqual(['mic'])
  })
})

describe('a microphone that is pulled out in the call', () => {
  const trouble: SourceState = { name: 'trouble', trouble: 'none' }

  it('is told of, and sent again once there is one', async () => {
    page(call)
    await eventually('the microphone is sent', () => told.includes('raised mic'))
    booth.states.mic.set(trouble)
    expect(told).toEqual(['raised mic', 'trouble mic'])
    booth.states.mic.set(on)
    await eventually('the trouble is over', () => told.length === 3)
    expect(told.at(-1)).toBe('raised mic')
    expect(booth.opened).toEqual(['mic', 'mic'])
  })

  it('is nobody’s trouble once the call is somewhere else', async () => {
    page(call)
    await eventually('the microphone is sent', () => told.includes('raised mic'))
    line.handlers.get('media.closed')?.({ callId: 'k', why: 'taken' })
    booth.states.mic.set(trouble)
    expect(told).toEqual(['raised mic'])
  })
})
