/** A picture that is fed, in real browsers: what it asks for, that it shows what it should, and that it stands nowhere. */
import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '../../scripts/runner/testing.ts'
import { SeekableFile } from '../../sfu/recording/seekable-file.ts'
import type { MediaFile } from './fed-media.ts'
import { browsersHere, type FedPage, openFed, serve, type Served } from './testing/fed.ts'

const [WIDTH, HEIGHT, FPS, SECONDS] = [160, 120, 10, 180]
const KEY_EVERY_S = 4
/** Behind those seconds one more picture, which is a cluster by itself. */
const END_MS = SECONDS * 1_000 + 40
/** Seconds in which nothing came: the picture before stands. */
const STILL = { from: 29.9, to: 37 }

type Coded = { data: string; key: boolean }

/** Runs in a page: each second of another grey than those around it. */
async function code([width, height, fps, seconds, keyEvery]: number[]): Promise<Coded[]> {
  const coded: Coded[] = []
  const encoder = new VideoEncoder({
    output(chunk) {
      const bytes = new Uint8Array(chunk.byteLength)
      chunk.copyTo(bytes)
      coded.push({ key: chunk.type === 'key', data: btoa(String.fromCharCode(...bytes)) })
    },
    error: (error) => console.error(error),
  })
  const [wide = 0, high = 0, rate = 1, all = 0, every = 1] = [width, height, fps, seconds, keyEvery]
  encoder.configure({ codec: 'vp8', width: wide, height: high, bitrate: 1_000_000, framerate: rate })
  const canvas = new OffscreenCanvas(wide, high)
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  for (let number = 0; number <= all * rate; number++) {
    const grey = ((Math.floor(number / rate) * 3) % 8) * 24 + 40
    pen.fillStyle = `rgb(${grey} ${grey} ${grey})`
    pen.fillRect(0, 0, wide, high)
    const frame = new VideoFrame(canvas, { timestamp: (number * 1e6) / rate })
    encoder.encode(frame, { keyFrame: number % (every * rate) === 0 })
    frame.close()
    if (encoder.encodeQueueSize > 50) await encoder.flush()
  }
  await encoder.flush()
  return coded
}
/** As it comes back: what was 16 is black then, and 235 is white. */
const greyAt = (second: number): number => (((Math.floor(second) * 3) % 8) * 24 + 24) * (255 / 219)

let folder: string
let served: Served
let file: MediaFile
/** Of each keyframe, where what begins with it lies. */
let largest: number

async function writePictures(path: string, coded: readonly Coded[]) {
  const out = await SeekableFile.create(path, { kind: 'picture', width: WIDTH, height: HEIGHT })
  const frames = coded
    .map(({ data, key }, number) => ({
      data: Buffer.from(data, 'base64'),
      key,
      atMs: (number * 1_000) / FPS,
    }))
    // What follows them needs those before it: they are left out up to the next keyframe.
    .filter(({ atMs, key }, _, all) => {
      const until = all.find((one) => one.key && one.atMs >= STILL.to * 1_000)?.atMs ?? 0
      return atMs < STILL.from * 1_000 || atMs >= until || (key && atMs < STILL.from * 1_000)
    })
  for (const [index, one] of frames.entries())
    await out.add({ ...one, lastsMs: (frames[index + 1]?.atMs ?? END_MS) - one.atMs })
  const table = await out.finish(END_MS)
  await out.close()
  return { table, bytes: statSync(path).size }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'picture-'))
  const path = join(folder, 'video.webm')
  served = await serve({ path, kind: 'picture', bytes: 0 })
  const coder = await openFed('Chromium', served.url)
  const coded = await coder.call(code, [[WIDTH, HEIGHT, FPS, SECONDS, KEY_EVERY_S]])
  await coder.close()
  served.close()
  const written = await writePictures(path, coded)
  file = { src: '/file', ...written }
  served = await serve({ path, kind: 'picture', bytes: written.bytes })
  largest = (written.bytes / SECONDS) * KEY_EVERY_S * 3
}, 120_000)
afterAll(async () => {
  served?.close()
  await rm(folder, { recursive: true })
})

describe.each(browsersHere)('a picture that is fed, in %s', (name) => {
  let page: FedPage
  beforeAll(async () => {
    page = await openFed(name, served.url)
  }, 60_000)
  afterAll(() => page?.close())

  const until = (what: string, act: () => boolean) => eventually(what, () => page.call(act, []))
  const canPlayOn = () =>
    until('it can play on', () => !window.media.seeking && window.media.readyState > 2 && !window.media.error)
  const opens = async (one: MediaFile, at?: number) => {
    served.asked = []
    await page.call((what, place) => window.feed('picture', what, place ?? undefined), [
      one,
      at ?? null,
    ] as const)
    await canPlayOn()
  }
  const goesTo = async (second: number) => {
    served.asked = []
    await page.call((to) => void (window.media.currentTime = to), [second])
    await canPlayOn()
  }
  const plays = () => page.call(() => window.media.play(), [])
  const pauses = () => page.call(() => window.media.pause(), [])
  const cost = () => served.asked.reduce((sum, { from, to }) => sum + (to ?? Number.NaN) - from, 0)
  const shows = (second: number) =>
    eventually(`it shows second ${Math.floor(second)}`, async () => {
      const grey = await page.call(() => {
        const canvas = document.createElement('canvas')
        const pen = canvas.getContext('2d')
        pen?.drawImage(window.media as HTMLVideoElement, 0, 0)
        return pen?.getImageData(20, 20, 1, 1).data[0] ?? 0
      }, [])
      return Math.abs(grey - greyAt(second)) < 12
    })
  const buffered = () =>
    page.call(() => {
      const { buffered: all } = window.media
      return Array.from({ length: all.length }, (_, i): [number, number] => [all.start(i), all.end(i)])
    }, [])

  it('asks at its opening and at each seek for what lies from the keyframe before to the next, and shows the place', async () => {
    await opens(file, 90.5)
    expect(served.asked).toHaveLength(1)
    expect(cost()).toBeLessThan(largest)
    await shows(90.5)
    for (const second of [0, 170.2, 42.3]) {
      await goesTo(second)
      expect(served.asked).toHaveLength(1)
      expect(cost()).toBeLessThan(largest)
      await shows(second)
      expect(await page.call(() => window.media.currentTime, [])).toBeCloseTo(second, 3)
    }
    // There already.
    await goesTo(42.9)
    expect(served.asked).toEqual([])
    await shows(42.9)
  }, 60_000)

  it('stands at what was shown last where nothing came for long, and plays through it', async () => {
    await opens(file, 33)
    await shows(29)
    // What stands there, and what comes after it.
    expect(served.asked.length).toBeLessThanOrEqual(2)
    expect(await page.call(() => window.media.currentSrc, [])).toMatch(/^blob:/)
    await plays()
    await until('it has played through', () => window.media.currentTime > 40.5)
    await pauses()
    await shows(await page.call(() => window.media.currentTime, []))
    expect(await page.call(() => window.media.currentSrc, [])).toMatch(/^blob:/)
  }, 60_000)

  it('shows what lies between two parts that came, also where the browser takes them for one since a picture stood for long', async () => {
    await opens(file, 33)
    await goesTo(57)
    await shows(57)
    for (const second of [50.5, 47.5]) {
      await goesTo(second)
      await shows(second)
    }
    expect(await page.call(() => window.media.currentSrc, [])).toMatch(/^blob:/)
  }, 60_000)

  it('reads on while it plays, each byte once, no further than it should, and lets go what lies far off', async () => {
    await opens(file, 60)
    await plays()
    await eventually(
      '10 s are there',
      async () => {
        const [at, all] = [await page.call(() => window.media.currentTime, []), await buffered()]
        return all.some(([from, to]) => from <= at && to > at + 10)
      },
      30_000,
    )
    await pauses()
    const [, end = 0] = (await buffered()).at(-1) ?? []
    expect(end - (await page.call(() => window.media.currentTime, []))).toBeLessThan(16)
    const parts = served.asked.toSorted((one, other) => one.from - other.from)
    for (const [index, { to }] of parts.slice(0, -1).entries()) expect(parts[index + 1]?.from).toBe(to)
    await goesTo(150)
    expect((await buffered()).every(([from]) => from >= 90)).toBe(true)
  }, 60_000)

  it('plays to its end, and shows its last picture then, however short', async () => {
    await opens(file, 178.5)
    await plays()
    await until('it has ended', () => window.media.ended)
    expect(await page.call(() => window.media.currentTime, [])).toBeCloseTo(END_MS / 1_000, 2)
    await shows(SECONDS)
    expect(served.asked).toHaveLength(2)
    await opens(file, SECONDS + 0.02)
    await shows(SECONDS)
    expect([served.asked.length, await page.call(() => window.media.currentSrc, [])]).toEqual([
      ...[1, expect.stringMatching(/^blob:/)],
    ])
  }, 60_000)

  it('is played by its address where it has no table, or a wrong one', async () => {
    await opens({ src: file.src, bytes: file.bytes }, 91)
    await shows(91)
    await opens({ ...file, bytes: 1 }, 61)
    await shows(61)
    expect(await page.call(() => window.media.currentSrc, [])).toMatch(/\/file$/)
  }, 60_000)
})
