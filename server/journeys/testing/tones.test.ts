import { describe, expect, it } from '@jest/globals'
import { toWav, voices } from '../../../client/media/testing/voices.ts'
import { longestHole, shareOf, type Sound, stepsHeard } from './tones.ts'

const RATE = 8_000

function soundOf(voice: (typeof voices)['agent'], rounds = 2): Sound {
  const wav = toWav(voice, rounds)
  const samples = new Float32Array((wav.length - 44) / 2 / 6)
  for (let i = 0; i < samples.length; i++) samples[i] = wav.readInt16LE(44 + i * 12) / 32_768
  return { rate: RATE, from: 1_000, samples }
}

function without(sound: Sound, fromMs: number, ms: number): Sound {
  const at = (fromMs * RATE) / 1_000
  const length = (ms * RATE) / 1_000
  const samples = new Float32Array(sound.samples.length - length)
  samples.set(sound.samples.subarray(0, at))
  samples.set(sound.samples.subarray(at + length), at)
  return { ...sound, samples }
}

describe('a voice that steps', () => {
  it('has each pair of neighbours once', () => {
    const { steps } = voices.visitor
    const pairs = steps.map((tone, index) => `${tone} ${steps[(index + 1) % steps.length]}`)
    expect(steps).toHaveLength(56)
    expect(new Set(pairs).size).toBe(56)
    expect(steps.every((tone, index) => tone !== steps[(index + 1) % steps.length])).toBe(true)
  })

  it.each(['visitor', 'agent'] as const)('is followed step by step: %s', (side) => {
    const steps = stepsHeard(soundOf(voices[side]), voices[side])
    expect(steps.length).toBeGreaterThan(105)
    expect(longestHole(steps, voices[side])?.ms).toBeLessThan(12)
    expect(steps[0]?.at).toBeLessThan(1_030)
  })

  it('is told from the others in the same sound', () => {
    const { agent, colleague } = voices
    const mixed = soundOf(voices.visitor)
    for (const voice of [agent, colleague])
      soundOf(voice).samples.forEach((value, index) => {
        mixed.samples[index] = (mixed.samples[index] ?? 0) + value
      })
    mixed.samples.forEach((value, index) => {
      mixed.samples[index] = value / 3
    })
    for (const voice of Object.values(voices)) {
      expect(longestHole(stepsHeard(mixed, voice), voice)?.ms).toBeLessThan(20)
    }
    expect(stepsHeard(soundOf(voices.visitor), voices.agent)).toEqual([])
  })

  it.each([60, 100, 250, 900])('has a hole of %d ms where as much is silent', (ms) => {
    const sound = soundOf(voices.agent)
    sound.samples.fill(0, 1_000 * 8, (1_000 + ms) * 8)
    const hole = longestHole(stepsHeard(sound, voices.agent), voices.agent)
    expect(hole?.ms).toBeGreaterThan(ms - 30)
    expect(hole?.ms).toBeLessThan(ms + 90)
  })

  it('has a hole where something was left out without a pause', () => {
    const hole = longestHole(
      stepsHeard(without(soundOf(voices.agent), 1_000, 200), voices.agent),
      voices.agent,
    )
    expect(hole?.ms).toBeGreaterThan(170)
  })

  it.each([40, 80, 200])(
    'has a hole of about %d ms where as much was heard twice, not of the whole sequence',
    (ms) => {
      const sound = soundOf(voices.agent)
      const [before, after] = [sound.samples.subarray(0, 1_000 * 8), sound.samples.subarray((1_000 - ms) * 8)]
      const samples = new Float32Array([...before, ...after])
      const hole = longestHole(stepsHeard({ ...sound, samples }, voices.agent), voices.agent)
      expect(hole?.ms).toBeGreaterThan(ms - 30)
      expect(hole?.ms).toBeLessThan(ms + 90)
    },
  )

  it('has a hole where the last tone was held instead of the next', () => {
    const sound = soundOf(voices.agent)
    const one = sound.samples.slice(1_005 * 8, 1_035 * 8)
    for (let at = 1_035 * 8, i = 0; at < 1_300 * 8; at++, i++) sound.samples[at] = one[i % one.length] ?? 0
    expect(longestHole(stepsHeard(sound, voices.agent), voices.agent)?.ms).toBeGreaterThan(200)
  })
})

describe('the share of a tone', () => {
  const tones = (...all: number[]): Sound => {
    const samples = new Float32Array(RATE)
    for (const hz of all) {
      for (let i = 0; i < RATE; i++)
        samples[i] = (samples[i] ?? 0) + Math.sin((2 * Math.PI * hz * i) / RATE) / 4
    }
    return { rate: RATE, from: 0, samples }
  }

  it('is all where it sounds alone, half beside another as loud, and none of another or of silence', () => {
    expect(shareOf(tones(1_000), 1_000)).toBeCloseTo(1, 2)
    expect(shareOf(tones(1_000, 600), 1_000)).toBeCloseTo(0.5, 2)
    expect(shareOf(tones(600), 1_000)).toBeCloseTo(0, 2)
    expect(shareOf(tones(), 1_000)).toBe(0)
  })
})
