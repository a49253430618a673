import { describe, expect, it } from '@jest/globals'
import type { CallItem, LineItem, SystemLine, TimelineItem } from '../model/timeline-item.ts'
import { weights } from './thread-weight.ts'

const line = (at: number, what: SystemLine): LineItem => ({
  kind: 'line',
  key: `${at}`,
  at,
  seq: at,
  line: what,
})
const call = (status: CallItem['status']): CallItem => ({
  ...{ kind: 'call', key: 'c', at: 10, seq: 10, callId: 'c', media: 'voice', voicemail: false },
  ...{ by: 'visitor', mine: false },
  ...{ name: null, heldSince: null, heldMs: 0, status },
})
const cam = { seat: 'visitor', name: null, source: 'cam' } as const
const screen = { seat: 'agent', name: null, source: 'screen' } as const

describe('the weight of the thread', () => {
  it('is text where nobody talks', () => {
    expect(weights([line(1, { type: 'assigned', name: 'Sara' }), call({ name: 'asking' })])).toEqual([
      'text',
      'text',
    ])
  })

  it('grows and shrinks with the media of a running call', () => {
    const items: TimelineItem[] = [
      call({ name: 'connected', since: 11, recording: true, recordedMs: null }),
      line(12, { type: 'mediaRaised', ...cam }),
      line(13, { type: 'mediaRaised', ...screen }),
      line(14, { type: 'mediaLowered', ...screen }),
      line(15, { type: 'mediaLowered', ...cam }),
    ]
    expect(weights(items)).toEqual(['voice', 'video', 'screen', 'video', 'voice'])
  })

  it('is a hold’s, whatever is raised, until the call goes on', () => {
    const items: TimelineItem[] = [
      call({ name: 'connected', since: 11, recording: true, recordedMs: null }),
      line(12, { type: 'mediaRaised', ...cam }),
      line(13, { type: 'held' }),
      line(14, { type: 'mediaRaised', ...screen }),
      line(15, { type: 'resumed', ms: 2 }),
    ]
    expect(weights(items)).toEqual(['voice', 'video', 'held', 'held', 'screen'])
  })

  it('is text again after the call', () => {
    const ended = {
      name: 'ended',
      reason: 'hungUp',
      by: 'agent',
      durationMs: 20,
      recorded: true,
      recordedMs: null,
    } as const
    const after = line(31, { type: 'ended', by: 'agent' })
    expect(weights([call(ended), line(20, { type: 'mediaRaised', ...cam }), after])).toEqual([
      'voice',
      'video',
      'text',
    ])
  })
})
