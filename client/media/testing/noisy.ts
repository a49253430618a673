/** Somebody who speaks in a noisy room: what a machine takes for speech, and steady noise under it. */
import { WAV_RATE, wavOf } from './voices.ts'

const { abs, cos, exp, floor, max, PI, round, sin, sqrt } = Math
/** Vowels: centre and width of three formants, Hz. */
const vowels = [
  [
    [730, 90],
    [1_090, 110],
    [2_440, 160],
  ],
  [
    [270, 60],
    [2_290, 100],
    [3_010, 150],
  ],
  [
    [570, 80],
    [840, 100],
    [2_410, 150],
  ],
  [
    [530, 80],
    [1_840, 110],
    [2_480, 150],
  ],
] as const
const WEIGHTS = [1, 0.6, 0.3] as const
const SYLLABLES_A_SECOND = 4

/** A train of pulses, as of vocal cords, through the formants: four syllables a second, -1..1. */
function speech(samples: number): Float32Array {
  const out = new Float32Array(samples)
  const memory = WEIGHTS.map(() => [0, 0] as [number, number])
  let phase = 0
  for (let i = 0; i < samples; i++) {
    const t = i / WAV_RATE
    phase += (120 + 15 * sin(2 * PI * 0.7 * t)) / WAV_RATE
    const pulse = phase >= 1 ? 1 : 0
    phase -= pulse
    const vowel = vowels[floor(t * SYLLABLES_A_SECOND) % vowels.length] ?? vowels[0]
    let sound = 0
    for (const [j, [hertz, width]] of vowel.entries()) {
      const state = memory[j] ?? [0, 0]
      const r = exp((-PI * width) / WAV_RATE)
      const next = pulse + 2 * r * cos((2 * PI * hertz) / WAV_RATE) * state[0] - r * r * state[1]
      memory[j] = [next, state[0]]
      sound += next * (1 - r) * (WEIGHTS[j] ?? 0)
    }
    out[i] = sound * sqrt(max(0, sin(PI * ((t * SYLLABLES_A_SECOND) % 1))))
  }
  const loudest = out.reduce((most, one) => max(most, abs(one)), 0)
  return out.map((one) => one / loudest)
}

/** A WAV of 4 s: two of noise alone, two of speech in it. */
export function speechInNoise(): Buffer {
  const half = 2 * WAV_RATE
  const spoken = speech(half)
  let seed = 1
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const sample = (i: number) => (random() * 2 - 1) * 0.05 + (spoken[i - half] ?? 0) * 0.5
  return wavOf(Int16Array.from({ length: 2 * half }, (_, i) => round(sample(i) * 32_767)))
}
