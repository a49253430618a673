/**
 * Voices that a machine can follow: a tone that steps every 40 ms through a sequence in which each pair of neighbours
 * occurs once. Concealment of a lost stretch repeats what was, and never the step that was due; a steady tone would
 * hide such a hole.
 */
export type Voice = {
  /** Hz, ascending, 125 apart. */
  tones: readonly number[]
  /** Indices into `tones`, one for each step, in a loop. */
  steps: readonly number[]
}

export const STEP_MS = 40
const TONES = 8
const SPACING = 125
export const WAV_RATE = 48_000
const { floor, PI, round, sin } = Math

/** Visits each ordered pair of different tones once: 8 tones make 56 steps, 2.24 s. */
function pairOnceSequence(count: number): number[] {
  const left = Array.from({ length: count }, (_, from) =>
    Array.from({ length: count - 1 }, (_, index) => (from + 1 + ((index * 3) % (count - 1))) % count),
  )
  const path: number[] = []
  const stack = [0]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = left[top]?.pop()
    if (next !== undefined) stack.push(next)
    else path.push(stack.pop() ?? 0)
  }
  return path.reverse().slice(0, -1)
}

const voiceFrom = (lowest: number): Voice => ({
  tones: Array.from({ length: TONES }, (_, index) => lowest + index * SPACING),
  steps: pairOnceSequence(TONES),
})

/** Apart in pitch, so that all can be told in one sound. */
export const voices = {
  visitor: voiceFrom(450),
  agent: voiceFrom(1_525),
  colleague: voiceFrom(2_600),
} as const

/** A mono WAV of `rounds` through the sequence, swelling a little, as speech does. */
export function toWav({ tones, steps }: Voice, rounds = 8): Buffer {
  const perStep = (WAV_RATE * STEP_MS) / 1_000
  const pcm = new Int16Array(perStep * steps.length * rounds)
  let phase = 0
  for (let i = 0; i < pcm.length; i++) {
    const tone = tones[steps[floor(i / perStep) % steps.length] ?? 0] ?? 0
    phase += (2 * PI * tone) / WAV_RATE
    const loudness = 0.3 + 0.15 * sin((2 * PI * i) / (WAV_RATE * 0.37))
    pcm[i] = round(sin(phase) * loudness * 32_767)
  }
  return wavOf(pcm)
}

/** 16 bits, one channel. */
export function wavOf(pcm: Int16Array): Buffer {
  const wav = Buffer.alloc(44)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + pcm.byteLength, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(WAV_RATE, 24)
  wav.writeUInt32LE(WAV_RATE * 2, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(pcm.byteLength, 40)
  return Buffer.concat([wav, Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength)])
}

/** Hz, between which all of the voice lies. */
export const pitchOf = ({ tones }: Voice): [low: number, high: number] => [
  (tones[0] ?? 0) - SPACING / 2,
  (tones.at(-1) ?? 0) + SPACING / 2,
]
