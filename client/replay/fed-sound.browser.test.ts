/** A sound that is fed, in real browsers: what it asks for, and that it plays. */
import { createReadStream, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import express from 'express'
import { sendRanges } from '../../server/http/send-ranges.ts'
import { firefoxIsHere, startFirefox } from '../../server/journeys/testing/firefox.ts'
import { eventually } from '../../scripts/runner/testing.ts'
import { joinStreams, opusHead } from '../../sfu/recording/opus.ts'
import { SeekableSound } from '../../sfu/recording/seekable-sound.ts'
import { codedOpus } from '../../sfu/testing/coded-media.ts'
import { buildPage, startPerson } from '../media/testing/browsers.ts'
import { toWav, voices } from '../media/testing/voices.ts'
import type { SoundFile } from './fed-sound.ts'

declare global {
  interface Window {
    sound: HTMLAudioElement
    feed(file: SoundFile): void
    unlock(): void
    load(): void
    stop(): void
  }
}

const SECONDS = 180
/** What a seek may cost; that of the server's own headers is less than the rest. */
const SEEK_BYTES = 63_000

type Table = NonNullable<SoundFile['table']>
type Asked = { from: number; to: number | null; closed: boolean }

let folder: string
let server: Server
let url: string
let file: SoundFile
let asked: Asked[] = []
let how: 'well' | 'unavailable' | 'never' | 'otherwise' = 'well'

async function writeSound(path: string) {
  const sound = await SeekableSound.create(path, opusHead(2, true), 2)
  for (let n = 0; n < SECONDS * 50; n++) {
    const side = (voice: number) => ({ toc: 0xf8, frames: [codedOpus(n, voice).subarray(1)] })
    await sound.add(joinStreams(side(0), side(1)), n * 20)
  }
  const table = await sound.finish(SECONDS * 1_000)
  await sound.close()
  return { table, bytes: statSync(path).size }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sound-'))
  const path = join(folder, 'audio.webm')
  file = { src: '/sound', ...(await writeSound(path)) }
  const page = await buildPage(join(import.meta.dirname, 'testing', 'page.ts'))
  const app = express()
    .get('/', (_, res) => void res.send(page))
    .get('/sound', (req, res, next) => {
      const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(req.get('range') ?? '') ?? []
      const one: Asked = { from: Number(from ?? 0), to: to ? Number(to) + 1 : null, closed: false }
      asked.push(one)
      res.once('close', () => (one.closed = true))
      if (how === 'unavailable') return void res.status(503).end()
      if (how === 'never') return
      const read = (begin: number, end: number) => createReadStream(path, { start: begin, end: end - 1 })
      // As the product's.
      res.set('cache-control', 'no-store')
      sendRanges(req, res, next, { kind: 'sound', size: file.bytes, version: how, read })
    })
  server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}, 60_000)
afterAll(async () => {
  server?.close()
  await rm(folder, { recursive: true })
})

type Page = {
  call<A extends unknown[], R>(act: (...args: A) => R, args: A): Promise<Awaited<R>>
  close(): Promise<void>
}

const browsers: Record<string, () => Promise<Page>> = {
  async Chromium() {
    const { browser, close } = await startPerson(toWav(voices.agent))
    const page = await browser.newPage()
    await page.goto(url)
    return { close, call: (act, args) => page.evaluate(`(${String(act)})(...${JSON.stringify(args)})`) }
  },
  async Firefox() {
    const firefox = await startFirefox()
    const page = await firefox.open(url, () => {})
    return { close: () => firefox.close(), call: (act, args) => page.call(act, args) }
  },
}
const here = Object.keys(browsers).filter((name) => name !== 'Firefox' || firefoxIsHere())
if (here.length < 2) process.stdout.write('    not tested: there is no Firefox here\n')

describe.each(here)('a sound that is fed, in %s', (name) => {
  let page: Page
  beforeAll(async () => {
    page = await (browsers[name] as () => Promise<Page>)()
    await page.call(() => window.unlock(), [])
  }, 60_000)
  afterAll(() => page?.close())
  beforeEach(() => opens(file))

  const until = (what: string, act: () => boolean) => eventually(what, () => page.call(act, []))
  const canPlayOn = () =>
    until('it can play on', () => !window.sound.seeking && window.sound.readyState > 2 && !window.sound.error)
  const hasFailed = () => until('it has failed', () => window.sound.error !== null)
  const set = (what: 'currentTime' | 'playbackRate', value: number) =>
    page.call((key, to) => void (window.sound[key] = to), [what, value] as const)
  const plays = () => page.call(() => window.sound.play(), [])
  const pauses = () => page.call(() => window.sound.pause(), [])
  /** Seconds that are there from where it stands. */
  const ahead = () =>
    page.call(() => {
      const { buffered, currentTime: at } = window.sound
      const all = Array.from({ length: buffered.length }, (_, i) => [buffered.start(i), buffered.end(i)])
      return Math.max(0, ...all.map(([from = 0, to = 0]) => (from <= at ? to - at : 0)))
    }, [])
  const goesTo = async (second: number) => {
    asked = []
    await set('currentTime', second)
  }
  const opens = async (one: SoundFile) => {
    how = 'well'
    asked = []
    await page.call((what) => window.feed(what), [one])
    await canPlayOn()
    await set('playbackRate', 1)
  }
  const cost = () => asked.reduce((sum, { from, to }) => sum + (to ?? Number.NaN) - from, 0)

  it('asks at its opening and at each seek for one part, and for nothing that it has', async () => {
    for (const second of [0, 100.5, 41.99, 179, 7]) {
      if (second > 0) await goesTo(second)
      await canPlayOn()
      expect(asked).toHaveLength(1)
      expect(cost()).toBeLessThan(SEEK_BYTES / 3)
      expect(await page.call(() => window.sound.currentTime, [])).toBeCloseTo(second, 3)
    }
    for (const second of [101, 41]) {
      await goesTo(second)
      await canPlayOn()
      expect(asked).toEqual([])
    }
  }, 60_000)

  it('costs next to nothing more if one goes on elsewhere soon', async () => {
    await plays()
    for (const second of [20, 140, 80]) {
      await goesTo(second)
      await until('it plays on', () => !window.sound.seeking && window.sound.readyState > 2)
      await page.call(() => new Promise((done) => setTimeout(done, 300)), [])
      expect(asked).toHaveLength(1)
    }
    await pauses()
  }, 60_000)

  it('leaves what was on its way where it is sought elsewhere', async () => {
    how = 'never'
    await goesTo(60)
    await eventually('it is asked for', () => asked.length === 1)
    how = 'well'
    await set('currentTime', 61)
    await set('currentTime', 120)
    await canPlayOn()
    const [left, ...others] = asked
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
    const parts = asked.toSorted((one, other) => one.from - other.from)
    for (const [index, { to }] of parts.slice(0, -1).entries()) expect(parts[index + 1]?.from).toBe(to)
    expect(asked.every(({ to, from }) => (to ?? Infinity) - from < SEEK_BYTES)).toBe(true)
    // What was on its way comes still.
    await eventually('all has come', () => asked.every(({ closed }) => closed))
    const before = asked.length
    await page.call(() => new Promise((done) => setTimeout(done, 500)), [])
    expect(asked).toHaveLength(before)
  }, 60_000)

  it('plays to its end, and from wherever it is taken back to', async () => {
    await goesTo(178.5)
    await canPlayOn()
    await plays()
    await until('it has ended', () => window.sound.ended)
    await goesTo(30)
    await canPlayOn()
    await plays()
    await until('it goes on', () => window.sound.currentTime > 30.2)
    await goesTo(179)
    await plays()
    await until('it has ended again', () => window.sound.ended)
    expect(asked).toEqual([])
  }, 60_000)

  it('fails where nothing can be had, also after its end, and is loaded anew', async () => {
    for (const second of [60, 178.5, 90]) {
      how = 'unavailable'
      await goesTo(second)
      await hasFailed()
      how = 'well'
      await page.call(
        (there) => {
          window.load()
          window.sound.currentTime = there
        },
        [second],
      )
      await canPlayOn()
      expect(asked.filter(({ from }) => from === asked.at(-1)?.from)).toHaveLength(2)
      await plays()
      await page.call(
        (there) =>
          new Promise<void>((on) => {
            const look = () => (window.sound.currentTime > there + 0.2 ? on() : setTimeout(look, 20))
            look()
          }),
        [second],
      )
      if (second > 170) await until('it has ended', () => window.sound.ended)
      else await pauses()
    }
  }, 60_000)

  it('plays what is there while the rest cannot be had', async () => {
    await goesTo(61)
    await canPlayOn()
    await plays()
    await eventually('8 s are there', async () => (await ahead()) > 8)
    how = 'unavailable'
    asked = []
    await eventually('it asks in vain, and again', () => asked.length > 2)
    expect(await page.call(() => window.sound.error, [])).toBeNull()
    how = 'well'
    await eventually('20 s are there', async () => (await ahead()) > 20, 30_000)
    await pauses()
  }, 60_000)

  it.each<[string, (table: Table) => Partial<SoundFile>]>([
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
      expect(await page.call(() => window.sound.currentSrc, [])).toMatch(/\/sound$/)
      await plays()
      await until('it plays', () => window.sound.currentTime > 61.2)
      await pauses()
    },
    60_000,
  )

  it('puts no parts of two versions together', async () => {
    how = 'otherwise'
    await goesTo(60)
    await until('it is played by its address', () => window.sound.currentSrc.endsWith('/sound'))
    await canPlayOn()
    expect(await page.call(() => window.sound.currentTime, [])).toBeCloseTo(60, 3)
  }, 60_000)

  it('asks for nothing more once it is stopped', async () => {
    how = 'never'
    await goesTo(60)
    await eventually('it is asked for', () => asked.length === 1)
    await page.call(() => window.stop(), [])
    await eventually('it is left', () => asked[0]?.closed)
    await goesTo(90)
    await page.call(() => new Promise((done) => setTimeout(done, 300)), [])
    expect(asked).toEqual([])
  }, 60_000)
})
