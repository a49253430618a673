/**
 * Some seconds of a camera and a voice, coded by Chromium as in a call, to be repeated as often as a recording is long: a dark
 * picture full of noise that flashes each two seconds, in turn red, green and blue, and a short tone that begins in the same instant.
 */
import type { Browser } from 'playwright-core'
import { PACE_MS } from '../../sfu/recording/keyframe-pace.policy.ts'

export const FPS = 25
export const [WIDTH, HEIGHT] = [1_280, 720]
/** As the recorder asks for them of so large a picture. */
export const KEY_EVERY = (PACE_MS / 1_000) * FPS
/** A whole number of colours, keyframes and seconds. */
export const LOOP_S = 12
/** The first flash and tone, and how often there is one, ms. */
export const [FIRST_MS, EVERY_MS] = [1_000, 2_000]
/** Which of red, green and blue the flash of that number is. */
export const colourOfFire = (number: number): number => number % 3

export type Picture = { data: Buffer; key: boolean }
export type Loop = { pictures: (Picture | null)[]; packets: Buffer[] }

type Wanted = {
  fps: number
  width: number
  height: number
  keyEvery: number
  seconds: number
  pictureBits: number
  voiceBits: number
  firstMs: number
  everyMs: number
}

/** Runs in a page. */
async function code(wanted: Wanted) {
  const { fps, width, height, seconds, everyMs, firstMs } = wanted
  const text = (chunk: EncodedVideoChunk | EncodedAudioChunk): string => {
    const bytes = new Uint8Array(chunk.byteLength)
    chunk.copyTo(bytes)
    let out = ''
    for (let at = 0; at < bytes.length; at += 8_192)
      out += String.fromCharCode(...bytes.subarray(at, at + 8_192))
    return btoa(out)
  }
  const broken = (error: DOMException) => console.error(error)
  const pictures: ({ key: boolean; data: string } | null)[] = Array.from(
    { length: fps * seconds },
    () => null,
  )
  const film = new VideoEncoder({
    output(chunk) {
      pictures[Math.round((chunk.timestamp * fps) / 1e6)] = { key: chunk.type === 'key', data: text(chunk) }
    },
    error: broken,
  })
  const bitrate = wanted.pictureBits
  film.configure({ codec: 'vp8', width, height, bitrate, framerate: fps, latencyMode: 'realtime' })
  const luma = width * height
  const grain = Uint8Array.from({ length: luma }, () => 30 + Math.random() * 60)
  const planes = new Uint8Array((luma * 3) / 2)
  /** Red, green and blue as Y, U and V. */
  const colours = [
    [81, 90, 240],
    [145, 54, 34],
    [41, 240, 110],
  ]
  const paint = ([y = 0, u = 0, v = 0]: number[]) => {
    planes
      .fill(y, 0, luma)
      .fill(u, luma, luma * 1.25)
      .fill(v, luma * 1.25)
  }
  const since = (ms: number) => (((ms - firstMs) % everyMs) + everyMs) % everyMs
  for (let number = 0; number < fps * seconds; number++) {
    const ms = (number * 1_000) / fps
    const fire = Math.floor((ms - firstMs) / everyMs)
    paint(ms >= firstMs && since(ms) < 200 ? (colours[fire % 3] ?? []) : [40, 128, 128])
    if (planes[0] === 40)
      // Not larger: of noise all over a coder makes more than it is asked for.
      for (let row = height / 4; row < height / 2; row++) {
        const [at, from] = [row * width + width / 4, Math.floor(Math.random() * luma * 0.9)]
        planes.set(grain.subarray(from, from + width / 4), at)
      }
    const frame = new VideoFrame(planes, {
      ...{ format: 'I420' as const, codedWidth: width, codedHeight: height, timestamp: (number * 1e6) / fps },
    })
    film.encode(frame, { keyFrame: number % wanted.keyEvery === 0 })
    frame.close()
    while (film.encodeQueueSize > 4) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await film.flush()
  film.close()

  const packets: string[] = []
  const voice = new AudioEncoder({ output: (chunk) => packets.push(text(chunk)), error: broken })
  const sound = { sampleRate: 48_000, numberOfChannels: 1 }
  voice.configure({ codec: 'opus', bitrate: wanted.voiceBits, bitrateMode: 'constant', ...sound })
  for (let number = 0; number < seconds * 50; number++) {
    const samples = Float32Array.from({ length: 960 }, (_, index) => {
      const ms = number * 20 + index / 48
      return ms >= firstMs && since(ms) < 120 ? 0.5 * Math.sin((since(ms) / 1_000) * 900 * 2 * Math.PI) : 0
    })
    const data = new AudioData({
      ...{ format: 'f32' as const, ...sound, numberOfFrames: 960, timestamp: number * 20_000, data: samples },
    })
    voice.encode(data)
    data.close()
  }
  await voice.flush()
  voice.close()
  return { pictures, packets }
}

export async function codeLoop(browser: Browser, pictureBits: number): Promise<Loop> {
  const page = await browser.newPage()
  try {
    // Coders are for pages of a secure origin.
    await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
    await page.goto('https://coding.invalid/')
    const { pictures, packets } = await page.evaluate(code, {
      ...{ fps: FPS, width: WIDTH, height: HEIGHT, keyEvery: KEY_EVERY, seconds: LOOP_S },
      ...{ pictureBits, voiceBits: 28_000, firstMs: FIRST_MS, everyMs: EVERY_MS },
    })
    return {
      packets: packets.map((data) => Buffer.from(data, 'base64')),
      pictures: pictures.map((one) => one && { key: one.key, data: Buffer.from(one.data, 'base64') }),
    }
  } finally {
    await page.close()
  }
}
