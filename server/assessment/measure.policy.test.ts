import { expect, it } from '@jest/globals'
import type { EventBody } from '../conversation/conversation.ts'
import { measure } from './measure.policy.ts'

type Told = [at: number, by: 'visitor' | 'agent' | 'system', type: EventBody['type'], payload?: object]

const log = (...told: Told[]) =>
  told.map(([at, kind, type, payload = {}]) => ({
    ...{ at: at * 1_000, type, payload: payload as EventBody['payload'] },
    actor: kind === 'agent' ? ({ kind, id: 'sara', name: 'Sara' } as const) : { kind },
  }))

it('says how long a visitor had no answer, at first and at most; a note is none', () => {
  const { firstReplyMs, longestReplyMs } = measure(
    log(
      ...([
        [0, 'visitor', 'started'],
        [10, 'visitor', 'message'],
        [12, 'visitor', 'message'],
      ] as Told[]),
      ...([
        [20, 'agent', 'note'],
        [40, 'agent', 'message'],
        [41, 'agent', 'message'],
      ] as Told[]),
      ...([
        [50, 'visitor', 'message'],
        [110, 'agent', 'message'],
      ] as Told[]),
    ),
  )
  expect([firstReplyMs, longestReplyMs]).toEqual([30_000, 60_000])
})

it('takes a call that is answered for an answer, and says nothing where nobody asked or answered', () => {
  expect(measure(log([0, 'visitor', 'message'], [5, 'system', 'callConnected'])).firstReplyMs).toBe(5_000)
  expect(measure(log([0, 'visitor', 'started'], [9, 'agent', 'message'])).firstReplyMs).toBeNull()
  expect(measure(log([0, 'visitor', 'message'])).longestReplyMs).toBeNull()
  expect(measure([])).toMatchObject({ durationMs: null, waitMs: null, holdMs: 0, transfers: 0 })
})

it('counts up to the end for whoever had no reply until then, but for last words before an agent ends it', () => {
  const replies = (...told: Told[]) => {
    const { firstReplyMs, longestReplyMs, unanswered = false } = measure(log(...told))
    return [firstReplyMs, longestReplyMs, ...(unanswered ? ['unanswered'] : [])]
  }
  const asked: Told = [0, 'visitor', 'message']
  expect(replies(asked, [300, 'system', 'ended'])).toEqual([300_000, 300_000, 'unanswered'])
  expect(replies(asked, [300, 'agent', 'ended'])).toEqual([300_000, 300_000, 'unanswered'])
  const thanks: Told[] = [asked, [10, 'agent', 'message'], [20, 'visitor', 'message']]
  expect(replies(...thanks, [300, 'agent', 'ended'])).toEqual([10_000, 10_000])
  expect(replies(...thanks, [300, 'visitor', 'ended'])).toEqual([10_000, 280_000])
  const again: Told[] = [asked, [300, 'visitor', 'ended'], [400, 'visitor', 'reopened']]
  expect(replies(...again)).toEqual([null, null])
  expect(replies(...again, [500, 'agent', 'message'])).toEqual([500_000, 500_000])
})

it('measures each agent by the replies that were theirs to give, where the conversation was passed on', () => {
  const to = (agentId: string) => ({ agentId })
  const told = log(
    ...([
      [0, 'visitor', 'message'],
      [60, 'agent', 'assigned', to('sara')],
      [300, 'agent', 'message'],
      [310, 'visitor', 'message'],
    ] as Told[]),
    ...([
      [320, 'agent', 'transferred'],
      [400, 'agent', 'assigned', to('amir')],
      [410, 'agent', 'message'],
      [500, 'visitor', 'message'],
      [530, 'agent', 'message'],
    ] as Told[]),
    ...([
      [600, 'agent', 'assigned', to('lena')],
      [700, 'visitor', 'message'],
      [900, 'visitor', 'ended'],
    ] as Told[]),
  )
  const of = (agentId?: string) => {
    const { firstReplyMs, longestReplyMs, unanswered = false } = measure(told, agentId)
    return [firstReplyMs, longestReplyMs, unanswered]
  }
  // From the first word on, but not what came of the word that was passed on.
  expect(of('sara')).toEqual([300_000, 300_000, false])
  expect(of('amir')).toEqual([10_000, 30_000, false])
  expect(of('lena')).toEqual([200_000, 200_000, true])
  expect(of()).toEqual([300_000, 300_000, false])
})

it('counts for whom it was passed on what waited while they had it, and not what waits in the queue after them', () => {
  const to = (agentId: string) => ({ agentId })
  const told = log(
    ...([
      [0, 'visitor', 'message'],
      [60, 'system', 'assigned', to('sara')],
      [360, 'agent', 'transferred'],
      [360, 'agent', 'queued', { reason: 'transferred' }],
    ] as Told[]),
    ...([
      [400, 'visitor', 'message'],
      [960, 'system', 'assigned', to('amir')],
      [990, 'system', 'queued', { reason: 'agentGone' }],
      [2_000, 'visitor', 'ended'],
    ] as Told[]),
  )
  const of = (agentId: string) => {
    const { firstReplyMs, longestReplyMs, unanswered = false } = measure(told, agentId)
    return [firstReplyMs, longestReplyMs, unanswered]
  }
  expect(of('sara')).toEqual([null, 300_000, false])
  expect(of('amir')).toEqual([null, 30_000, false])
})

it('does not count what lies between an end and a new beginning', () => {
  const sara = { agentId: 'sara' }
  const over = (by: 'visitor' | 'agent') =>
    log(
      ...([
        [0, 'system', 'assigned', sara],
        [0, 'visitor', 'message'],
        [10, 'agent', 'message'],
        [20, 'visitor', 'message'],
        [80, by, 'ended'],
      ] as Told[]),
      ...([
        [900, 'visitor', 'reopened'],
        [900, 'system', 'queued', { reason: 'reopened' }],
        [950, 'system', 'assigned', sara],
        [955, 'visitor', 'message'],
        [970, 'agent', 'message'],
      ] as Told[]),
    )
  expect(measure(over('visitor'), 'sara').longestReplyMs).toBe(60_000)
  // The last word needed no answer.
  expect(measure(over('agent'), 'sara').longestReplyMs).toBe(15_000)
})

it('does not take what is written during a call for waiting', () => {
  const call: Told[] = [
    [0, 'system', 'callConnected'],
    [60, 'visitor', 'message'],
    [900, 'system', 'callEnded'],
  ]
  expect(measure(log(...call, [905, 'agent', 'message'])).longestReplyMs).toBeNull()
  const later: Told[] = [
    [910, 'visitor', 'message'],
    [915, 'agent', 'message'],
  ]
  expect(measure(log(...call, ...later)).longestReplyMs).toBe(5_000)
})

it('does not take a spoken message for an answer', () => {
  const spoken: Told[] = [
    [0, 'visitor', 'message'],
    [50, 'visitor', 'callAsked', { callId: 'a', voicemail: true }],
    [50, 'visitor', 'callConnected', { callId: 'a' }],
    [60, 'visitor', 'callEnded', { callId: 'a' }],
  ]
  expect(measure(log(...spoken, [90, 'agent', 'message'])).firstReplyMs).toBe(90_000)
})

it('measures waiting, length, transfers, and how long the visitor was held', () => {
  const held = { seats: ['visitor'] }
  const measured = measure(
    log(
      ...([
        [1, 'visitor', 'started'],
        [2, 'system', 'queued'],
        [9, 'agent', 'assigned'],
      ] as Told[]),
      ...([
        [20, 'agent', 'held', { seats: ['x1'] }],
        [30, 'agent', 'held', held],
      ] as Told[]),
      ...([
        [35, 'agent', 'resumed', held],
        [40, 'agent', 'held', held],
        [47, 'system', 'callEnded'],
      ] as Told[]),
      ...([
        [50, 'agent', 'transferred'],
        [61, 'agent', 'ended'],
      ] as Told[]),
    ),
  )
  expect(measured).toMatchObject({ waitMs: 7_000, durationMs: 60_000, transfers: 1, holdMs: 12_000 })
})
