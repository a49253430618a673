import { describe, expect, it } from '@jest/globals'
import { type CallEvent, type CallState, evolveCall } from './call.ts'

const callId = 'k'
const started: CallEvent = { type: 'recordingStarted', payload: { callId } }
const stopped = (reason: string): CallEvent => ({ type: 'recordingStopped', payload: { callId, reason } })

function after(voicemail: boolean, ...events: CallEvent[]): CallState | null {
  const asked = { callId, media: 'video' as const, by: 'visitor' as const }
  const all: CallEvent[] = [
    { type: 'callAsked', payload: voicemail ? { ...asked, voicemail } : asked },
    { type: 'callConnected', payload: { callId } },
    ...events,
  ]
  return all.reduce<CallState | null>((call, one, at) => evolveCall(call, one, { at, by: '' }) ?? null, null)
}

describe('the recording of a call', () => {
  it('has kept something from its beginning on, whatever stops it', () => {
    expect(after(true)).toMatchObject({ recording: false })
    expect(after(true)).not.toHaveProperty('kept')
    expect(after(true, stopped('diskFull'))).not.toHaveProperty('kept')
    for (const reason of ['diskFull', 'notWritten', 'consent'])
      expect(after(true, started, stopped(reason))).toMatchObject({ recording: false, kept: true })
  })

  it('goes on without one of its tracks, but for a spoken message', () => {
    const lacks = stopped('notWritten')
    expect(after(false, started, lacks)).toMatchObject({ recording: true, unwritten: 'notWritten' })
    expect(after(true, started, lacks)).toMatchObject({ recording: false, unwritten: 'notWritten' })
    expect(after(false, lacks)).toMatchObject({ recording: false, unwritten: 'notWritten' })
  })
})
