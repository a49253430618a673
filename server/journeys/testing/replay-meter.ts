/** Watches a replay as a person would: when pictures are on the screen, and when sound is at the loudspeaker. */
import type { Page } from 'playwright-core'

export type Side = 'visitor' | 'agent'
export const sides: readonly Side[] = ['visitor', 'agent']

/** Times in ms of the page's clock; `picture`: its id; `mediaMs` in that of its own file. `clock`: the sound's own position at that moment, ms. */
export type SeenFrame = { side: Side; picture: string; at: number; mediaMs: number; rgb: number[] }
/** `at`: at the loudspeaker, as the browser tells its delay. */
export type HeardOnset = { channel: number; at: number }
export type SeenHighlight = { text: string; at: number }
export type Tick = { at: number; clock: number; rate: number; lateMs: number }
export type Watched = {
  frames: SeenFrame[]
  onsets: HeardOnset[]
  highlights: SeenHighlight[]
  ticks: Tick[]
}

declare global {
  interface Window {
    replayMeter?: { watched: Watched; sounds: HTMLAudioElement[]; taps: AnalyserNode[] }
  }
}

/** Runs before the page's own code: keeps hold of the sound, which is in no document, and of each side's volume. */
function installHold(): void {
  const watched: Watched = { frames: [], onsets: [], highlights: [], ticks: [] }
  const sounds: HTMLAudioElement[] = []
  const taps: AnalyserNode[] = []
  window.replayMeter = { watched, sounds, taps }
  const Made = window.Audio
  const Kept = function (src?: string) {
    const sound = new Made(src)
    sounds.push(sound)
    return sound
  }
  Object.assign(window, { Audio: Kept })
  const connect = AudioNode.prototype.connect as (
    this: AudioNode,
    to: AudioNode,
    ...rest: number[]
  ) => AudioNode
  AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode, ...rest: number[]) {
    if (this instanceof GainNode && to instanceof AudioDestinationNode) {
      const tap = new AnalyserNode(this.context, { fftSize: 8_192 })
      connect.call(this, tap)
      taps.push(tap)
    }
    return connect.call(this, to, ...rest)
  } as typeof AudioNode.prototype.connect
}

/** Runs before the page's own code: looks at each frame of each visible picture. */
function installEyes(): void {
  const drawing = new OffscreenCanvas(2, 2).getContext('2d', { willReadFrequently: true })
  const known = new WeakSet<HTMLVideoElement>()
  const watch = (video: HTMLVideoElement): void => {
    known.add(video)
    const onFrame = (_: number, { expectedDisplayTime, mediaTime }: VideoFrameCallbackMetadata): void => {
      video.requestVideoFrameCallback(onFrame)
      const figure = video.closest('figure')
      if (!figure || figure.hidden || video.seeking) return
      drawing?.drawImage(video, 0, 0, 2, 2)
      const rgb = [...(drawing?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3)
      const side = figure.classList.contains('visitor') ? 'visitor' : 'agent'
      window.replayMeter?.watched.frames.push({
        side,
        picture: figure.dataset.picture ?? '',
        at: expectedDisplayTime,
        mediaMs: mediaTime * 1_000,
        rgb,
      })
    }
    video.requestVideoFrameCallback(onFrame)
  }
  let highlighted: string | null = null
  const look = (): void => {
    requestAnimationFrame(look)
    for (const video of document.querySelectorAll('video')) if (!known.has(video)) watch(video)
    const text = document.querySelector('.bubble.highlighted')?.textContent ?? null
    if (text === highlighted) return
    highlighted = text
    // What this callback finds in the document is on the screen with the next picture.
    if (text !== null) window.replayMeter?.watched.highlights.push({ text, at: performance.now() })
  }
  requestAnimationFrame(look)
}

/** Runs before the page's own code: finds where in each channel sound begins after silence. */
function installEars(): void {
  const samples = new Float32Array(8_192)
  let last = performance.now()
  const listen = (tap: AnalyserNode, channel: number): void => {
    const context = tap.context as AudioContext
    const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp()
    const end = context.currentTime
    tap.getFloatTimeDomainData(samples)
    const loud = samples.findIndex((sample) => Math.abs(sample) > 0.05)
    // Only where enough silence before it is in the window is it the beginning.
    if (loud < 0.03 * context.sampleRate) return
    const onset = end - (samples.length - loud) / context.sampleRate
    window.replayMeter?.watched.onsets.push({
      channel,
      at: performanceTime + (onset - contextTime) * 1_000,
    })
  }
  setInterval(() => {
    const { watched, sounds, taps } = window.replayMeter ?? {}
    const sound = sounds?.at(-1)
    const at = performance.now()
    if (sound && !sound.paused && watched && taps) {
      watched.ticks.push({
        at,
        clock: sound.currentTime * 1_000,
        rate: sound.playbackRate,
        lateMs: at - last - 10,
      })
      for (const [channel, tap] of taps.slice(-2).entries()) listen(tap, channel)
    }
    last = at
  }, 10)
}

/** Without eyes and ears, for those who measure the player itself. */
export async function installSounds(page: Page): Promise<void> {
  await page.addInitScript(installHold)
}

export async function installReplayMeter(page: Page): Promise<void> {
  for (const part of [installHold, installEyes, installEars]) await page.addInitScript(part)
}

/** What was seen and heard since it was asked last. */
export function takeWatched(page: Page): Promise<Watched> {
  return page.evaluate(() => {
    const watched = window.replayMeter?.watched
    if (!watched) throw new Error('no meter in this page')
    const taken = { ...watched }
    Object.assign(watched, { frames: [], onsets: [], highlights: [], ticks: [] })
    return taken
  })
}

/** Until the sound has played to `clock`, ms from its start, or to its end. */
export async function playedTo(page: Page, clock: number): Promise<void> {
  const played = (until: number) => {
    const sound = window.replayMeter?.sounds.at(-1)
    return sound?.ended || (sound?.currentTime ?? 0) * 1_000 >= until
  }
  await page.waitForFunction(played, clock, { timeout: 60_000 })
}

/** Where sound begins in the recording itself, decoded: ms from its start, by channel. */
export async function onsetsInFile(page: Page): Promise<number[][]> {
  const asked = await page.waitForFunction(() => {
    const all = performance.getEntriesByType('resource').map(({ name }) => name)
    return all.find((name) => name.endsWith('/audio.webm'))
  })
  return page.evaluate(
    async (file) => {
      const bytes = await (await fetch(file ?? '')).arrayBuffer()
      const sound = await new OfflineAudioContext(2, 48_000, 48_000).decodeAudioData(bytes)
      return Array.from({ length: sound.numberOfChannels }, (_, channel) => {
        const onsets: number[] = []
        let quietSince = -48_000
        for (const [index, sample] of sound.getChannelData(channel).entries()) {
          if (Math.abs(sample) < 0.05) continue
          if (index - quietSince > 48 * 200) onsets.push(index / 48)
          quietSince = index
        }
        return onsets
      })
    },
    await asked.jsonValue(),
  )
}
