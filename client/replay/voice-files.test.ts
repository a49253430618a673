import { expect, it } from '@jest/globals'
import { voiceFiles } from './voice-files.ts'

const audio = (file: string, ...channels: [string, 'visitor' | 'agent' | 'guest'][]) => ({
  ...{ file, bytes: 1, start: 0, durationMs: 1000, peakMs: 100, peaks: [], filler: [] },
  channels: channels.map(([seatId, role]) => ({ seatId, role })),
})

it('finds everybody’s voice once, and what they said aside from the visitor as another', () => {
  const index = {
    audio: audio('audio.webm', ['visitor', 'visitor'], ['agent', 'agent']),
    further: [audio('audio-1.webm', ['c1', 'agent'], ['g1', 'guest'])],
    asides: [audio('aside-1.webm', ['agent', 'agent'], ['c1', 'agent'])],
  }
  const files = voiceFiles(index, (seat) => (seat === 'c1' ? 'Amir' : null))
  expect(files.map(({ file, voices }) => [file, voices.map((voice) => Object.values(voice))])).toEqual([
    [
      'audio.webm',
      [
        ['visitor', 'visitor', null, false],
        ['agent', 'agent', null, false],
      ],
    ],
    [
      'audio-1.webm',
      [
        ['c1', 'agent', 'Amir', false],
        ['g1', 'visitor', null, false],
      ],
    ],
    [
      'aside-1.webm',
      [
        ['agent aside', 'agent', null, true],
        ['c1 aside', 'agent', 'Amir', true],
      ],
    ],
  ])
  expect(voiceFiles({ audio: null, further: [], asides: [] }, () => null)).toEqual([])
})
