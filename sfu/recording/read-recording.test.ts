import { expect, it } from '@jest/globals'
import type { JournalLine } from './journal.ts'
import { readRecording } from './read-recording.ts'

it('reads the journal of a call that lasted for days and was cut off', () => {
  const start = (node: number): JournalLine => ({
    ...{ t: 'start', boot: 'b', installationId: 'i', roomId: 'room', node },
  })
  const clocks = Array.from(
    { length: 200_000 },
    (_, n): JournalLine => ({ t: 'clock', node: n, server: n + 5 }),
  )
  const recording = readRecording([start(0), ...clocks, start(300_000)])
  expect(recording?.holes).toEqual([{ from: 200_004, to: 300_000, reason: 'the media node was lost' }])
})
