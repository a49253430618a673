/** A sound that is fed, in real browsers: what it asks for, and that it plays. */
import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '../../scripts/runner/testing.ts'
import { joinStreams } from '../../sfu/recording/opus.ts'
import { SeekableFile } from '../../sfu/recording/seekable-file.ts'
import { codedOpus } from '../../sfu/testing/coded-media.ts'
import type { MediaFile } from './fed-media.ts'
import { browsersHere, type FedPage, openFed, serve, type Served } from './testing/fed.ts'

const SECONDS = 180
/** What a seek may cost; that of the server's own headers is less than the rest. */
const SEEK_BYTES = 63_000

type Table = NonNullable<MediaFile['table']>

let folder: string
let served: Served
let file: MediaFile

async function writeSound(path: string) {
  const sound = await SeekableFile.create(path, { kind: 'sound' })
  for (let n = 0; n < SECONDS * 50; n++) {
    const side = (voice: number) => ({ toc: 0xf8, frames: [codedOpus(n, voice).subarray(1)] })
    await sound.add({ data: joinStreams(side(0), side(1)), key: true, atMs: n * 20, lastsMs: 20 })
  }
  const table = await sound.finish(SECONDS * 1_000)
  await sound.close()
  return { table, bytes: statSync(path).size }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sound-'))
  const path = join(folder, 'audio.webm')
  const written = await writeSound(path)
  file = { src: '/file', ...written }
  served = await serve({ path, kind: 'sound', bytes: written.bytes })
}, 60_000)
afterAll(async () => {
  served?.close()
  await rm(folder, { recursive: true })
})

describe.each(browsersHere)('a sound that is fed, in %s', (name) => {
  let page: FedPage
  beforeAll(async () => {
    page = await openFed(name, served.url)
    await page.call(() => window.unlock(), [])
  }, 60_000)
  afterAll(() => page?.close())
  beforeEach(() => opens(file))

  const until = (what: string, act: () => boolean) => eventually(what, () => page.call(act, []))
  const canPlayOn = () =>
    until('it can play on', () => !window.media.seeking && window.media.readyState > 2 && !window.media.error)
  const hasFailed = () => until('it has failed', () => window.media.error !== null)
  const set = (what: 'currentTime' | 'playbackRate', value: number) =>
    page.call((key, to) => void (window.media[key] = to), [what, value] as const)
  const plays = () => page.call(() => window.media.play(), [])
  const pauses = () => page.call(() => window.media.pause(), [])
  /** Seconds that are there from where it stands. */
  const ahead = () =>
    page.call(() => {
      const { buffered, currentTime: at } = window.media
      const all = Array.from({ length: buffered.length }, (_, i) => [buffered.start(i), buffered.end(i)])
      return Math.max(0, ...all.map(([from = 0, to = 0]) => (from <= at ? to - at : 0)))
    }, [])
  const goesTo = async (second: number) => {
    served.asked = []
    await set('currentTime', second)
  }
  const opens = async (one: MediaFile) => {
    served.how = 'well'
    served.asked = []
    await page.call((what) => window.feed('sound', what), [one])
    await canPlayOn()
    await set('playbackRate', 1)
  }
  const cost = () => served.asked.reduce((sum, { from, to }) => sum + (to ?? Number.NaN) - from, 0)

  it('asks at its opening and at each seek for one part, and for nothing that it has', async () => {
    for (const second of [0, 100.5, 41.99, 179, 7]) {
      if (second > 0) await goesTo(second)
      await canPlayOn()
      expect(served.asked).toHaveLength(1)
      expect(cost()).toBeLessThan(SEEK_BYTES / 3)
      expect(await page.call(() => window.media.currentTime, [])).toBeCloseTo(second, 3)
    }
    for (const second of [101, 41]) {
      await goesTo(second)
      await canPlayOn()
      expect(served.asked).toEqual([])
    }
  }, 60_000)

  it('costs next to nothing more if one goes on elsewhere soon', async () => {
    await plays()
    for (const second of [20, 140, 80]) {
      await goesTo(second)
      await until('it plays on', () => !window.media.seeking && window.media.readyState > 2)
      await page.call(() => new Promise((done) => setTimeout(done, 300)), [])
      expect(served.asked).toHaveLength(1)
    }
    await pauses()
  }, 60_000)

  it('leaves what was on its way where it is sought elsewhere', async () => {
    served.how = 'never'
    await goesTo(60)
    await eventually('it is asked for', () => served.asked.length === 1)
    served.how = 'well'
    await set('currentTime', 61)
    await set('currentTime', 120)
    await canPlayOn()
    const [left, ...others] = served.asked
    await eventually('it is left', () => left?.closed)
    expect(others).toHaveLength(1)
  }, 60_000)

  it('reads on while it plays, the faster the further, each byte once, and no longer than it plays', async () => {
    await goesTo(60)
    await canPlayOn()
    await plays()
    await eventually('20 s are there', async () => (await ahead()) > 20, 30_000)
    expect(await ahead()).toBeLessThan(30)
    await set('playbackRate', 4)
    await eventually('80 s are there', async () => (await ahead()) > 80, 30_000)
    await pauses()
    const parts = served.asked.toSorted((one, other) => one.from - other.from)
    for (const [index, { to }] of parts.slice(0, -1).entries()) expect(parts[index + 1]?.from).toBe(to)
    expect(served.asked.every(({ to, from }) => (to ?? Infinity) - from < SEEK_BYTES)).toBe(true)
    // What was on its way comes still.
    await eventually('all has come', () => served.asked.every(({ closed }) => closed))
    const before = served.asked.length
    await page.call(() => new Promise((done) => setTimeout(done, 500)), [])
    expect(served.asked).toHaveLength(before)
  }, 60_000)

  it('plays to its end, and from wherever it is taken back to', async () => {
    await goesTo(178.5)
    await canPlayOn()
    await plays()
    await until('it has ended', () => window.media.ended)
    await goesTo(30)
    await canPlayOn()
    await plays()
    await until('it goes on', () => window.media.currentTime > 30.2)
    await goesTo(179)
    await plays()
    await until('it has ended again', () => window.media.ended)
    expect(served.asked).toEqual([])
  }, 60_000)

  it('fails where nothing can be had, also after its end, and is loaded anew', async () => {
    for (const second of [60, 178.5, 90]) {
      served.how = 'unavailable'
      await goesTo(second)
      await hasFailed()
      served.how = 'well'
      await page.call(
        (there) => {
          window.load()
          window.media.currentTime = there
        },
        [second],
      )
      await canPlayOn()
      expect(served.asked.filter(({ from }) => from === served.asked.at(-1)?.from)).toHaveLength(2)
      await plays()
      await page.call(
        (there) =>
          new Promise<void>((on) => {
            const look = () => (window.media.currentTime > there + 0.2 ? on() : setTimeout(look, 20))
            look()
          }),
        [second],
      )
      if (second > 170) await until('it has ended', () => window.media.ended)
      else await pauses()
    }
  }, 60_000)

  it('plays what is there while the rest cannot be had', async () => {
    await goesTo(61)
    await canPlayOn()
    await plays()
    await eventually('8 s are there', async () => (await ahead()) > 8)
    served.how = 'unavailable'
    served.asked = []
    await eventually('it asks in vain, and again', () => served.asked.length > 2)
    expect(await page.call(() => window.media.error, [])).toBeNull()
    served.how = 'well'
    await eventually('20 s are there', async () => (await ahead()) > 20, 30_000)
    await pauses()
  }, 60_000)

  it.each<[string, (table: Table) => Partial<MediaFile>]>([
    ['of another length than was told', () => ({ bytes: 1 })],
    [
      'that its table tells wrong',
      (table: Table) => ({ table: { ...table, clusters: `gAAU${table.clusters}` } }),
    ],
  ])(
    'lets the browser play a file %s',
    async (_, other) => {
      await opens({ ...file, ...other(file.table as Table) })
      await goesTo(61)
      await canPlayOn()
      expect(await page.call(() => window.media.currentSrc, [])).toMatch(/\/file$/)
      await plays()
      await until('it plays', () => window.media.currentTime > 61.2)
      await pauses()
    },
    60_000,
  )

  it('puts no parts of two versions together', async () => {
    served.how = 'otherwise'
    await goesTo(60)
    await until('it is played by its address', () => window.media.currentSrc.endsWith('/file'))
    await canPlayOn()
    expect(await page.call(() => window.media.currentTime, [])).toBeCloseTo(60, 3)
  }, 60_000)

  it('asks for nothing more once it is stopped', async () => {
    served.how = 'never'
    await goesTo(60)
    await eventually('it is asked for', () => served.asked.length === 1)
    await page.call(() => window.stop(), [])
    await eventually('it is left', () => served.asked[0]?.closed)
    await goesTo(90)
    await page.call(() => new Promise((done) => setTimeout(done, 300)), [])
    expect(served.asked).toEqual([])
  }, 60_000)
})
