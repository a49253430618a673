import { describe, expect, it } from '@jest/globals'
import type { WireEvent } from '../../server/contract/events.ts'
import type { CallEndReason } from '../../server/conversation/conversation.ts'
import type { CallItem } from '../model/timeline-item.ts'
import { suffered } from './suffered.ts'

type Of = Pick<CallItem, 'callId' | 'status'>
const ended = (reason: CallEndReason): Of => ({
  callId: 'this',
  status: {
    ...{ name: 'ended', reason, by: 'system', durationMs: 60_000, recorded: false, recordedMs: null },
  },
})
const running: Of = {
  callId: 'this',
  status: { name: 'connected', since: 0, recording: false, recordedMs: null },
}
const warned = (callId: string, seat: string): WireEvent => ({
  ...{ type: 'qualityRaised', v: 1, seq: 1, at: 0, actor: { kind: 'system' } },
  payload: { callId, seat, warning: 'loss', loss: 0.2, rttMs: 40, jitterMs: 3, mos: 2 },
})

describe('a test of the connection', () => {
  it.each<[string, Of, WireEvent[], boolean]>([
    ['that broke off', ended('connectionLost'), [], true],
    ['that found no media node', ended('mediaUnavailable'), [], true],
    ['that was bad here', ended('hungUp'), [warned('this', 'visitor')], true],
    ['that was bad at the other end', ended('hungUp'), [warned('this', 'agent')], false],
    ['before which another was bad', ended('hungUp'), [warned('other', 'visitor')], false],
    ['that was good', ended('hungUp'), [], false],
    ['that still runs', running, [warned('this', 'visitor')], false],
  ])('after a call %s', (_what, item, events, wanted) => {
    expect(suffered(item, events, 'visitor')).toBe(wanted)
  })
})
