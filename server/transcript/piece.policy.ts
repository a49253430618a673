/** Which pieces of a side's sound have speech in them, from the loudness that is kept beside its recording. Pure. */
import { LONGEST_MS, type Span } from './transcript.ts'

/** What a recording's index tells of one side; everything in ms after the file's beginning. */
export type SideSound = {
  /** One byte (0 to 255, of full scale) a step. */
  peaks: Uint8Array
  stepMs: number
  durationMs: number
  /** Where nothing was sent at all. */
  silent: readonly Span[]
  /** Where nothing was to be written, or nothing could be: no piece reaches into them. */
  holes: readonly Span[]
  /** What was written down while it was said: no piece reaches into it either. */
  captioned: readonly Span[]
}

/** About 38 dB below full scale: what is quieter is breath and room, and a word left out costs more than some noise sent. */
const SPEECH = 3
/** Within so long a silence a piece goes on: engines hear better with what was said around it. */
const GOES_ON_MS = 2_000
/** Less is a click. */
const LEAST_MS = 200
/** By so much the clocks differ that tell what was captioned. */
const CLOCKS_MS = 100
/** Beginnings and ends of words are quiet. */
const MARGIN_MS = 300
/** Where a piece must be cut, the quietest moment of its last stretch is looked for. */
const CUT_WITHIN_MS = 10_000

/** In order, none longer than `LONGEST_MS`, none over another. */
export function piecesOf(sound: SideSound): Span[] {
  const { stepMs, durationMs } = sound
  const at = (ms: number) => Math.max(0, Math.round(ms / stepMs))
  const [goesOn, least, margin] = [at(GOES_ON_MS), at(LEAST_MS), at(MARGIN_MS)]
  const most = at(LONGEST_MS) - 2 * margin
  const { heard, closed } = stepsOf(sound)
  const runs: Run[] = []
  let run: Run | null = null
  const close = () => {
    if (
      run &&
      (heard.slice(run.first, run.last + 1).filter(Boolean).length >= least || goesOnFrom(sound, run))
    )
      runs.push(run)
    run = null
  }
  for (let step = 0; step < heard.length; step++) {
    if (closed[step] || (run && step - run.last > goesOn)) close()
    if (closed[step] || !heard[step]) continue
    if (run && step - run.first + 1 > most) {
      const cut: number = quietest(sound.peaks, step - at(CUT_WITHIN_MS), step)
      const whole: Run = { first: run.first, last: cut - 1 }
      run = whole
      close()
      run = { first: cut, last: step }
    }
    run = { first: run?.first ?? step, last: step }
  }
  close()
  return widened(runs, { margin, closed, steps: heard.length }).map(({ first, last }) => ({
    from: first * stepMs,
    to: Math.min((last + 1) * stepMs, durationMs),
  }))
}

type Run = { first: number; last: number }

/** A short word near what was captioned, which would be in one piece with it. Right beside it, it is the end of that once more. */
function goesOnFrom({ captioned, stepMs }: SideSound, { first, last }: Run): boolean {
  const away = captioned.map(({ from, to }) => Math.max(from - (last + 1) * stepMs, first * stepMs - to))
  return away.every((ms) => ms > CLOCKS_MS) && away.some((ms) => ms <= GOES_ON_MS)
}

function stepsOf({ peaks, stepMs, durationMs, silent, holes, captioned }: SideSound) {
  // Some senders do not tell how loud they are: then whatever was sent may be speech.
  const told = peaks.some((peak) => peak > 0)
  const steps = Math.ceil(durationMs / stepMs)
  const within = (spans: readonly Span[], step: number, wholly: boolean) => {
    const [from, to] = [step * stepMs, (step + 1) * stepMs]
    return spans.some((span) =>
      wholly ? span.from <= from && span.to >= to : span.from < to && span.to > from,
    )
  }
  const heard: boolean[] = []
  const closed: boolean[] = []
  for (let step = 0; step < steps; step++) {
    heard.push(told ? (peaks[step] ?? 0) >= SPEECH : !within(silent, step, true))
    closed.push(within([...holes, ...captioned], step, false))
  }
  return { heard, closed }
}

function quietest(peaks: Uint8Array, first: number, last: number): number {
  let found = last
  for (let step = last; step > first; step--) if ((peaks[step] ?? 0) < (peaks[found] ?? 0)) found = step
  return found
}

type Room = { margin: number; closed: readonly boolean[]; steps: number }

/** With some silence before and after each, where there is room for it. */
function widened(runs: readonly Run[], { margin, closed, steps }: Room): Run[] {
  const wide: Run[] = []
  for (const [index, { first, last }] of runs.entries()) {
    const before = wide.at(-1)?.last ?? -1
    const next = runs[index + 1]?.first ?? steps
    let [from, to] = [first, last]
    while (from > before + 1 && first - from < margin && !closed[from - 1]) from--
    while (to + 1 < next && to - last < margin && !closed[to + 1]) to++
    wide.push({ first: from, last: to })
  }
  return wide
}
