/** How much of a voice was heard, and what is missing of it. */
import { STEP_MS, type Voice } from '../../../client/media/testing/voices.ts'

const { cos, PI, round } = Math

/** What was heard: mono samples of −1 to 1; the first one sounded at `from`, ms since 1970. */
export type Sound = { rate: number; from: number; samples: Float32Array }

/** A step recognised: its place in the sequence, and when its middle sounded, ms since 1970. */
export type HeardStep = { place: number; at: number }

const WINDOW_MS = 20
const HOP_MS = 5
/** A step sounds for 40 ms; half of it must be clear. */
const LEAST_RUN = 3
const LEAST_POWER = 1e-6
const LEAST_RATIO = 3

/** Power of one tone in windowed samples; `turn` in radians a sample. */
function goertzel(windowed: Float32Array, turn: number): number {
  const { length } = windowed
  const factor = 2 * cos(turn)
  let before = 0
  let last = 0
  for (let i = 0; i < length; i++) {
    const next = (windowed[i] as number) + factor * last - before
    before = last
    last = next
  }
  return (before * before + last * last - factor * last * before) / (length * length)
}

/** How much of all that sounds is one tone, 0 to 1. Where nothing sounds, 0. */
export function shareOf({ rate, samples }: Sound, hz: number): number {
  const length = round((rate * WINDOW_MS) / 1_000)
  let [whole, tone] = [0, 0]
  for (let from = 0; from + length <= samples.length; from += length) {
    const part = samples.subarray(from, from + length)
    // Of a tone's power goertzel finds the half.
    tone += 2 * goertzel(part, (2 * PI * hz) / rate)
    whole += part.reduce((sum, sample) => sum + sample * sample, 0) / length
  }
  return whole > LEAST_POWER ? tone / whole : 0
}

/** The voice's tone in each window of 20 ms, one each 5 ms; −1 where none is clear. */
function tonesHeard({ rate, samples }: Sound, voice: Voice): number[] {
  const length = round((rate * WINDOW_MS) / 1_000)
  const hop = (rate * HOP_MS) / 1_000
  const turns = voice.tones.map((tone) => (2 * PI * tone) / rate)
  const hann = Float32Array.from({ length }, (_, i) => 0.5 - 0.5 * cos((2 * PI * (i + 0.5)) / length))
  const windowed = new Float32Array(length)
  const heard: number[] = []
  for (let from = 0; from + length <= samples.length; from += hop) {
    const start = round(from)
    for (let i = 0; i < length; i++) windowed[i] = (samples[start + i] as number) * (hann[i] as number)
    heard.push(clearest(turns.map((turn) => goertzel(windowed, turn))))
  }
  return heard
}

function clearest(powers: readonly number[]): number {
  let best = 0
  let second = 0
  let at = -1
  for (const [index, power] of powers.entries()) {
    if (power > best) {
      second = best
      best = power
      at = index
    } else if (power > second) second = power
  }
  return best > LEAST_POWER && best > second * LEAST_RATIO ? at : -1
}

type Run = { tone: number; at: number }

function runsOf(heard: readonly number[], from: number): Run[] {
  const runs: { tone: number; start: number; end: number }[] = []
  for (let start = 0, end = 0; start < heard.length; start = end) {
    const tone = heard[start] ?? -1
    for (end = start + 1; end < heard.length && heard[end] === tone; end++);
    const last = runs.at(-1)
    // A moment's unclearness within a step does not make two of it.
    if (last?.tone === tone && start - last.end < LEAST_RUN) last.end = end
    else if (tone >= 0) runs.push({ tone, start, end })
  }
  return runs
    .filter(({ start, end }) => end - start >= LEAST_RUN)
    .map(({ tone, start, end }) => ({ tone, at: from + ((start + end - 1) / 2) * HOP_MS + WINDOW_MS / 2 }))
}

/** The steps that were heard beyond doubt: each agrees with a neighbour on where in the sequence it is. */
export function stepsHeard(sound: Sound, voice: Voice): HeardStep[] {
  const runs = runsOf(tonesHeard(sound, voice), sound.from)
  const count = voice.steps.length
  const places = new Map(
    voice.steps.map((tone, place) => [tone * 100 + (voice.steps[(place + 1) % count] ?? 0), place]),
  )
  /** Where run `index` is, if it and the next one are neighbours. */
  const placed = runs.map(({ tone }, index) => {
    const next = runs[index + 1]
    return next ? (places.get(tone * 100 + next.tone) ?? null) : null
  })
  const follows = (index: number): boolean => {
    const here = placed[index]
    const next = placed[index + 1]
    return here !== null && here !== undefined && next === (here + 1) % count
  }
  return runs.flatMap(({ at }, index) => {
    // A pair across a hole gives any place; three in a row give only the true one.
    const sure = follows(index) || follows(index - 1)
    if (sure) return [{ place: placed[index] ?? 0, at }]
    const before = placed[index - 1]
    return follows(index - 2) && before !== null && before !== undefined
      ? [{ place: (before + 1) % count, at }]
      : []
  })
}

export type Hole = { from: number; to: number; ms: number }

/** The longest time without a new step, beyond the 40 ms that a step lasts; `null` when fewer than two were heard. */
export function longestHole(steps: readonly HeardStep[], voice: Voice): Hole | null {
  let worst: Hole | null = null
  const count = voice.steps.length
  const whole = count * STEP_MS
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1]
    if (!next) break
    const passed = next.at - step.at
    const ahead = (next.place - step.place) * STEP_MS
    // The sequence begins anew again and again: what is nearest to the time that passed was said in it.
    const said = ahead + round((passed - ahead) / whole) * whole
    // What was skipped counts as much as what was waited for; after what was heard before, as an ear fills in for packets that are
    // late, a new step comes when all of that has been said once more.
    const ms = said > 0 ? Math.max(passed, said) - STEP_MS : passed - said
    if (!worst || ms > worst.ms) worst = { from: step.at, to: next.at, ms }
  }
  return worst
}
