import { describe, expect, it } from '@jest/globals'
import type { ReplayIndex } from '../../../sfu/control/replay-index.ts'
import { apartIn, earlyIn, flashesShot, lateInFile, laterBy, momentsOf, recordedIn } from './moments.ts'
import type { SeenFrame, Watched } from './replay-meter.ts'

const cam = (segmentId: string, start: number): ReplayIndex['video'][number] => ({
  ...{ segmentId, seatId: 'agent', role: 'agent', source: 'cam', file: 'v', bytes: 1, start },
  ...{ durationMs: 5_000, width: 640, height: 360 },
})

const voice = (role: 'visitor' | 'agent') => ({ seatId: role, role })

/** Begins at 90,000; the agent's camera was recorded in two parts, the visitor's not at all. */
const recorded = recordedIn({
  ...{ version: 1, roomId: 'room', startMs: 90_000, endMs: 120_000, holes: [], further: [], asides: [] },
  audio: {
    ...{ file: 'sound.webm', bytes: 1, start: 500, durationMs: 29_000, peakMs: 100 },
    ...{ channels: [voice('visitor'), voice('agent')], peaks: ['', ''], filler: [[], []] },
  },
  video: [cam('one', 1_000), cam('two', 12_000)],
})

/** 103,000 ms is the second of the green flash. */
const due = 103_000
const colour = [0, 200, 0]
const dark = [10, 20, 30]
const frame = (picture: string, at: number, mediaMs: number, rgb: number[]): SeenFrame => ({
  ...{ side: 'agent', picture, at, mediaMs, rgb },
})
const clockOf = (at: number) => at + 10_000
const tick = (at: number) => ({ at, clock: clockOf(at), rate: 1, lateMs: 0 })

/** The page's clock at which the sound of a moment is played. */
const playedAt = (time: number) => time - recorded.soundFrom - 10_000

const watched: Watched = {
  highlights: [],
  frames: [
    frame('one', 1_900, 900, dark),
    // The same second by the file's own time, but of the part before.
    frame('one', 1_950, 1_000, colour),
    frame('two', 2_400, 950, dark),
    frame('two', playedAt(due) + 40, 1_030, colour),
  ],
  onsets: [1, -1, 0].map((ms) => ({ channel: 1, at: playedAt(due) + 10 + ms })),
  ticks: Array.from({ length: 40 }, (_, index) => tick(index * 100)),
}

const fire = { due, flashAt: due + 20, beepAt: due + 5 }

describe('moments of a replay', () => {
  it('are told from each other by the picture that was shown and its place on the clock', () => {
    const moments = momentsOf(watched, recorded, 'agent', [fire])
    expect(moments).toEqual([{ due, flashAt: playedAt(due) + 40, beepAt: playedAt(due) + 10, own: 15 }])
    expect(earlyIn(moments, 1)).toEqual([15])
    expect(flashesShot(watched, recorded, 'agent')).toEqual([92_000, 103_030])
  })

  it('are not those that were seen while pictures fell in step, or of another second', () => {
    const late = { ...watched, ticks: watched.ticks.filter(({ at }) => at > 1_700) }
    expect(momentsOf(late, recorded, 'agent', [fire])).toEqual([])
    expect(momentsOf(watched, recorded, 'agent', [{ ...fire, due: due + 1_000 }])).toEqual([])
  })

  it('cannot be of a camera that the recording does not have', () => {
    expect(() => momentsOf(watched, recorded, 'visitor', [fire])).toThrow('visitor’s camera')
  })

  it('are compared side with side by the second that they are of, without what the pages fired', () => {
    const moment = { due, flashAt: 0, beepAt: 2_000, own: 0 }
    const moments = { visitor: [{ ...moment, beepAt: 2_030 }], agent: [moment, { ...moment, due: 104_000 }] }
    const fired = { visitor: [{ ...fire, beepAt: due + 15 }], agent: [fire] }
    expect(apartIn(moments, fired, 2)).toEqual([50])
  })

  it('stand in the file as long after they sounded as they do', () => {
    const soundFrom = 90_500
    const late = lateInFile([12_545, 20_000], soundFrom, [fire])
    expect(late).toEqual([{ due, ms: 40 }])
    expect(lateInFile([], soundFrom, [fire])).toEqual([])
    expect(laterBy(late, [{ due, ms: 15 }])).toEqual([25])
  })
})
