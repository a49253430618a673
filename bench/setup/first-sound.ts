/** When somebody first heard the other, told from what the page gave to its loudspeaker. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Frame, Page } from 'playwright-core'
import { heardIn } from '../../server/journeys/testing/ear.ts'
import type { Voice } from '../../client/media/testing/voices.ts'
import { type HeardStep, type Sound, stepsHeard } from '../../server/journeys/testing/tones.ts'

declare global {
  interface Window {
    benchClickedAt?: number
    benchFrameAt?: number
  }
}

/** How long a step of the voice sounds, and how far before the first sure one sound may belong to the voice. */
const STEP_MS = 40
const LOUD = 0.02
const PURE = 0.6
const LOOK_MS = 50

/** `packetMs`: when the page's first packet of sound came; null where it had come before. */
export type FirstSound = { ms: number; packetMs: number | null; lagMs: number }

/** Runs in the page, before its own code: when the page's user last clicked. The desk's ring, which has pitches of its own, is silent. */
export function noteClicks(): void {
  OscillatorNode.prototype.start = () => undefined
  document.addEventListener(
    'click',
    () => {
      window.benchClickedAt = performance.timeOrigin + performance.now()
      window.benchFrameAt = undefined
    },
    true,
  )
  HTMLVideoElement.prototype.play = function (this: HTMLVideoElement) {
    if (this.ariaLabel?.startsWith('Camera of')) {
      this.requestVideoFrameCallback((shownAt) => {
        window.benchFrameAt ??= performance.timeOrigin + shownAt
      })
    }
    return HTMLMediaElement.prototype.play.call(this)
  }
}

/** From the click to the first picture of the other's camera. Rejects when there is none in time. */
export async function firstFrame(page: Page, withinMs = 15_000): Promise<FirstSound> {
  await page.waitForFunction(() => window.benchFrameAt, null, { timeout: withinMs, polling: LOOK_MS })
  const [clickedAt, shownAt] = await page.evaluate(() => [
    window.benchClickedAt ?? 0,
    window.benchFrameAt ?? 0,
  ])
  const { lags } = await heardIn(page.mainFrame(), clickedAt ?? 0)
  const ms = (shownAt ?? 0) - (clickedAt ?? 0)
  return {
    ms,
    packetMs: null,
    lagMs: Math.max(0, ...lags.filter(({ at }) => at < (shownAt ?? 0)).map((one) => one.ms)),
  }
}

/** From the click to the first sound of that voice. Rejects when there is none in time. */
export async function firstSound(
  page: Page,
  frame: Frame,
  voice: Voice,
  withinMs = 15_000,
): Promise<FirstSound> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const clickedAt = await page.evaluate(() => window.benchClickedAt ?? 0)
    const { sound, events, lags } = await heardIn(frame, clickedAt)
    const [first] = stepsHeard(sound, voice)
    if (first) {
      const packet = events.find(({ what }) => what.endsWith('audio unmute'))
      return {
        ms: beginOf(sound, first, voice) - clickedAt,
        packetMs: packet ? packet.at - clickedAt : null,
        lagMs: Math.max(0, ...lags.map(({ ms }) => ms)),
      }
    }
    if (performance.now() > deadline) throw new Error('nothing was heard')
    await delay(LOOK_MS)
  }
}

/**
 * A step that began before the sound did is too short to be sure: the first sure one may have a part of the one before it
 * in front.
 */
function beginOf({ rate, from, samples }: Sound, { at, place }: HeardStep, { tones, steps }: Voice): number {
  const pitch = tones[steps[(place + steps.length - 1) % steps.length] ?? 0] ?? 0
  const hop = Math.round(rate * 0.005)
  const sure = Math.max(0, Math.round(((at - STEP_MS / 2 - from) / 1_000) * rate))
  const earliest = sure - Math.round((rate * STEP_MS) / 1_000)
  let begin = sure
  while (begin - 2 * hop >= Math.max(0, earliest)) {
    if (purity(samples.subarray(begin - 2 * hop, begin), (2 * Math.PI * pitch) / rate) < PURE) break
    begin -= hop
  }
  return from + (begin / rate) * 1_000
}

/** How much of the sound is that tone, 0 to 1; 0 for silence. `turn`: radians a sample. */
function purity(samples: Float32Array, turn: number): number {
  let [re, im, all] = [0, 0, 0]
  samples.forEach((one, index) => {
    re += one * Math.cos(turn * index)
    im += one * Math.sin(turn * index)
    all += one * one
  })
  if (all < samples.length * LOUD * LOUD) return 0
  return (2 * (re * re + im * im)) / (samples.length * all)
}
