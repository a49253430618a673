/** What a replay showed and played of what a call's sides fired, laid on the conversation's clock. Pure; all times in ms. */
import type { ReplayIndex } from '../../../sfu/control/replay-index.ts'
import { colourOf } from './flash-and-beep.ts'
import type { SeenFrame, Side, Watched } from './replay-meter.ts'
import { clockAt, flashesIn, nearest, onsetsOf, onTime, ownOffset, type Sure } from './sync-figures.ts'

/** A picture has this long to fall in step after a start. */
export const SETTLE_MS = 1_000
/** A flash of this colour that is farther off belongs to another second. */
const NEAR_MS = 1_450
/** A beep that is farther off does. */
const NEAR_BEEP_MS = 500

/** `soundFrom`: where the sound begins, ms since 1970; `channels`: whose voice is on which. */
export type Recorded = { index: ReplayIndex; soundFrom: number; channels: Side[] }

export function recordedIn(index: ReplayIndex): Recorded {
  if (!index.audio) throw new Error('nobody was heard')
  const channels = index.audio.channels.map(({ role }) => (role === 'agent' ? 'agent' : 'visitor'))
  return { index, soundFrom: index.startMs + index.audio.start, channels }
}

/** The side's camera in the order in which it was seen, each picture with its place on the conversation's clock. */
function picturesOf({ frames }: Watched, { index }: Recorded, side: Side): (SeenFrame & { shot: number })[] {
  const cams = index.video.filter(({ role, source }) => role === side && source === 'cam')
  if (cams.length === 0) throw new Error(`the ${side}’s camera is not in the recording`)
  const starts = new Map(cams.map(({ segmentId, start }) => [segmentId, index.startMs + start]))
  return frames.flatMap((frame) => {
    const start = starts.get(frame.picture)
    return start === undefined || frame.side !== side ? [] : [{ ...frame, shot: start + frame.mediaMs }]
  })
}

export type Moment = { due: number; flashAt: number; beepAt: number; own: number }

/** Each fire that was both seen and heard while the page was on time: ms of the page's clock. */
export function momentsOf(
  watched: Watched,
  recorded: Recorded,
  side: Side,
  fired: readonly Sure[],
): Moment[] {
  const { soundFrom, channels } = recorded
  const { ticks } = watched
  const begun = ticks[0]?.at ?? 0
  const beeps = onsetsOf(watched.onsets, channels.indexOf(side))
  const frames = picturesOf(watched, recorded, side)
  return fired.flatMap((fire) => {
    const { due, flashAt, beepAt } = fire
    const flashes = flashesIn(frames, colourOf(due))
    const flash = nearest(flashes, flashAt, ({ shot }) => shot, NEAR_MS)
    const beep = nearest(beeps, beepAt, (at) => soundFrom + clockAt(ticks, at), NEAR_BEEP_MS)
    if (!flash || beep === null || Math.min(beep, flash.at) < begun + SETTLE_MS) return []
    if (!onTime(ticks, beep) || !onTime(ticks, flash.at)) return []
    return [{ due, flashAt: flash.at, beepAt: beep, own: ownOffset(fire) }]
  })
}

/** How much earlier than its flash each beep was heard, beyond what the page fired. */
export const earlyIn = (moments: readonly Moment[], speed: number): number[] =>
  moments.map(({ flashAt, beepAt, own }) => flashAt - beepAt - own / speed)

/** How much later the visitor's beep was heard than the agent's of the same second, beyond what the pages fired. */
export function apartIn(
  moments: Record<Side, readonly Moment[]>,
  fired: Record<Side, readonly Sure[]>,
  speed: number,
): number[] {
  return moments.visitor.flatMap(({ due, beepAt }) => {
    const other = moments.agent.find((one) => one.due === due)
    const own = fired.visitor.find((one) => one.due === due)
    const others = fired.agent.find((one) => one.due === due)
    if (!other || !own || !others) return []
    return [(beepAt - other.beepAt) * speed - (own.beepAt - others.beepAt)]
  })
}

type Late = { due: number; ms: number }

/** How long after it sounded each beep stands in the file. `onsets`: ms from the file's start. */
export const lateInFile = (onsets: readonly number[], soundFrom: number, fired: readonly Sure[]): Late[] =>
  fired.flatMap(({ beepAt, due }) => {
    const onset = nearest(onsets, beepAt - soundFrom, (at) => at, NEAR_BEEP_MS)
    return onset === null ? [] : [{ due, ms: soundFrom + onset - beepAt }]
  })

/** Of the same seconds, how much later than the others'. */
export const laterBy = (late: readonly Late[], others: readonly Late[]): number[] =>
  late.flatMap(({ due, ms }) => {
    const other = others.find((one) => one.due === due)
    return other ? [ms - other.ms] : []
  })

/** When flashes of a side were shot that were shown, whatever their colour. */
export function flashesShot(watched: Watched, recorded: Recorded, side: Side): number[] {
  const frames = picturesOf(watched, recorded, side)
  return [0, 1, 2].flatMap((colour) => flashesIn(frames, colour).map(({ shot }) => shot))
}
