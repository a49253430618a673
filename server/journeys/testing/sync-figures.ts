/** Figures of sound and picture out of what a page fired and what a replay showed. Pure; all times in ms. */
import type { Fire } from './flash-and-beep.ts'
import type { HeardOnset, SeenFrame, Tick } from './replay-meter.ts'

/** Product figures are asserted threefold: a test machine may be crowded, the product may not be wrong. Positive: sound before picture. */
export const SLACK = 3
export const EARLY_MS = 45 * SLACK
export const LATE_MS = -125 * SLACK
export const SIDES_MS = 100 * SLACK

/** Beyond this, the page that fires is not a meter. */
const LARGEST_OWN_MS = 250

export type Spread = { p5: number; p50: number; p95: number; worst: number; count: number }

export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
  Number.NaN

export const spreadOf = (values: readonly number[]): Spread => ({
  p5: quantile(values, 0.05),
  p50: quantile(values, 0.5),
  p95: quantile(values, 0.95),
  worst: Math.max(...values.map(Math.abs)),
  count: values.length,
})

/** A fire whose tick was late by more than this was fired by a page that starved. */
const STARVED_MS = 50

/** Fires that happened on time and that the page's own tracks had whole, sound and picture about together. */
export type Sure = { due: number; flashAt: number; beepAt: number }
export const sureOf = (fires: readonly Fire[]): Sure[] =>
  fires.flatMap(({ due, firedAt, flashAt, beepAt }) =>
    flashAt === null || beepAt === null || firedAt - due > STARVED_MS
      ? []
      : Math.abs(flashAt - beepAt) < LARGEST_OWN_MS
        ? [{ due, flashAt, beepAt }]
        : [],
  )

/** How much earlier than the flash the page itself had the beep; what remains is the product's. */
export const ownOffset = ({ flashAt, beepAt }: Sure): number => flashAt - beepAt

const isFlash = ({ rgb }: SeenFrame): boolean => Math.max(...rgb) > 128

/** The first frame of each flash of a colour, see `colourOf`. */
export const flashesIn = <T extends SeenFrame>(frames: readonly T[], colour: number): T[] =>
  frames.filter((frame, index) => {
    const before = frames[index - 1]
    if (!isFlash(frame) || before === undefined || isFlash(before) || before.mediaMs >= frame.mediaMs)
      return false
    return frame.rgb[colour] === Math.max(...frame.rgb)
  })

const SAME_MS = 60

/** An onset is found again while it is in the window: the middle of what was found. */
export function onsetsOf(found: readonly HeardOnset[], channel: number): number[] {
  const times = found.filter((one) => one.channel === channel).map(({ at }) => at)
  const groups: number[][] = []
  for (const at of times.toSorted((a, b) => a - b)) {
    const group = groups.at(-1)
    if (group && at - (group[0] ?? 0) < SAME_MS) group.push(at)
    else groups.push([at])
  }
  return groups.map((group) => quantile(group, 0.5))
}

/** The element nearest to `at`, if within `within`. */
export function nearest<T>(all: readonly T[], at: number, of: (one: T) => number, within: number): T | null {
  const [best] = all.toSorted((a, b) => Math.abs(of(a) - at) - Math.abs(of(b) - at))
  return best !== undefined && Math.abs(of(best) - at) <= within ? best : null
}

/** The sound's position at a moment of the page's clock. */
export function clockAt(ticks: readonly Tick[], at: number): number {
  const tick = nearest(ticks, at, (one) => one.at, 1_000)
  return tick ? tick.clock + (at - tick.at) * tick.rate : Number.NaN
}

/** The page was on time all around the moment. */
export const onTime = (ticks: readonly Tick[], at: number): boolean =>
  ticks.every((tick) => tick.lateMs <= STARVED_MS || at < tick.at - tick.lateMs - 200 || at > tick.at + 200)
