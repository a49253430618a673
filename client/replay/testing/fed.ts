/** A file behind a server that serves as the product's does, and pages of real browsers that are fed it. */
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import express from 'express'
import { sendRanges } from '../../../server/http/send-ranges.ts'
import { firefoxIsHere, startFirefox } from '../../../server/journeys/testing/firefox.ts'
import { buildPage, startPerson } from '../../media/testing/browsers.ts'
import { toWav, voices } from '../../media/testing/voices.ts'
import type { MediaFile } from '../fed-media.ts'

declare global {
  interface Window {
    media: HTMLMediaElement
    /** What feeds it from then on; `at`: seconds, where it stands from the beginning. */
    feed(what: 'sound' | 'picture', file: MediaFile, at?: number): void
    unlock(): void
    load(): void
    stop(): void
  }
}

export type Asked = { from: number; to: number | null; closed: boolean }
export type Served = {
  url: string
  asked: Asked[]
  how: 'well' | 'unavailable' | 'never' | 'otherwise'
  close(): void
}

/** Under `/file`. */
export async function serve(file: {
  path: string
  kind: 'sound' | 'picture'
  bytes: number
}): Promise<Served> {
  const page = await buildPage(join(import.meta.dirname, 'page.ts'))
  const app = express()
    .get('/', (_, res) => void res.send(page))
    .get('/file', (req, res, next) => {
      const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(req.get('range') ?? '') ?? []
      const one: Asked = { from: Number(from ?? 0), to: to ? Number(to) + 1 : null, closed: false }
      served.asked.push(one)
      res.once('close', () => (one.closed = true))
      if (served.how === 'unavailable') return void res.status(503).end()
      if (served.how === 'never') return
      const read = (begin: number, end: number) => createReadStream(file.path, { start: begin, end: end - 1 })
      // As the product's.
      res.set('cache-control', 'no-store')
      sendRanges(req, res, next, { kind: file.kind, size: file.bytes, version: served.how, read })
    })
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const served: Served = { url, asked: [], how: 'well', close: () => server.close() }
  return served
}

export type FedPage = {
  call<A extends unknown[], R>(act: (...args: A) => R, args: A): Promise<Awaited<R>>
  close(): Promise<void>
}

const browsers: Record<string, (url: string) => Promise<FedPage>> = {
  async Chromium(url) {
    const { browser, close } = await startPerson(toWav(voices.agent))
    const page = await browser.newPage()
    await page.goto(url)
    return { close, call: (act, args) => page.evaluate(`(${String(act)})(...${JSON.stringify(args)})`) }
  },
  async Firefox(url) {
    const firefox = await startFirefox()
    const page = await firefox.open(url, () => {})
    return { close: () => firefox.close(), call: (act, args) => page.call(act, args) }
  },
}

export const browsersHere = Object.keys(browsers).filter((name) => name !== 'Firefox' || firefoxIsHere())
if (browsersHere.length < 2) process.stdout.write('    not tested: there is no Firefox here\n')

export const openFed = (name: string, url: string): Promise<FedPage> =>
  (browsers[name] as (typeof browsers)[string])(url)
