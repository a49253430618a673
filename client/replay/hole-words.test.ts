import { expect, it } from '@jest/globals'
import type { Key } from '../i18n/keys.ts'
import { holeWords } from './hole-words.ts'
import type { Hole } from './scene.ts'

const t = (key: Key, params: Record<string, string | number> = {}) =>
  [key, ...Object.values(params)].join(' ')
const said = (hole: Partial<Hole>) =>
  holeWords({ t, span: (ms) => `${ms} ms` }, { from: 10, to: 30, reason: 'diskFull', ...hole })

it('names the reason and the length, and whose track it was where it was one alone', () => {
  expect(said({})).toBe('replay.hole replay.hole_full 20 ms')
  expect(said({ reason: 'the media node was lost' })).toBe('replay.hole replay.hole_lost 20 ms')
  const track = { side: 'agent', name: null, source: 'mic' } as const
  const reason = 'notWritten'
  const why = 'replay.hole replay.hole_notWritten 20 ms'
  expect(said({ reason, track })).toBe(`replay.holeOf replay.wave_agent ${why}`)
  expect(said({ reason, track: { ...track, name: 'Mo' } })).toBe(`replay.holeOf replay.wave_of Mo ${why}`)
  expect(said({ reason, track: { ...track, source: 'screen' } })).toBe(
    `replay.holeOf replay.video_agent_screen ${why}`,
  )
})
