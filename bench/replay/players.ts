/** What is measured in the page of a player: the product's, or a bare element. */
import type { Page } from 'playwright-core'
import { installSounds } from '../../server/journeys/testing/replay-meter.ts'
import { watchForeign } from '../lib/proc.ts'
import { watchStall } from '../lib/stall.ts'
import { CALL_AT_S } from './long-talk.ts'

/** Of the meter meanwhile: how late its timers were, and how much of a core others had. */
export type Meter = { meterLateMs: number; foreign: number }
/** ms since the navigation or the click began, or since `Play`; `lagMs`: how long the page's own thread was held meanwhile. */
export type Opened = { readyMs: number; soundMs: number; pictureMs: number; lagMs: number }
/** ms since the wish. `to`: seconds into the sound. Null: it did not come in time. */
export type Sought = { to: number; soundMs: number | null; pictureMs: number | null; lagMs: number }

export type Player = {
  page: Page
  open(): Promise<Opened & Meter>
  /** By the link of that selector, which the page shows. */
  follow(link: string): Promise<Opened & Meter>
  /** While it plays. `second`: of the recording. */
  seek(second: number): Promise<Sought & Meter>
  /** Or pauses. */
  play(on: boolean): Promise<void>
}

type Parts = {
  sound: HTMLMediaElement
  videos: HTMLVideoElement[]
  /** Plays or pauses. */
  turn(): void
  /** On the player's own axis. */
  seek(second: number): void
}
declare global {
  interface Window {
    parts?: () => Parts | null
    watchLag?: () => () => number
  }
}

function installLag(): void {
  window.watchLag = () => {
    let [worst, last] = [0, performance.now()]
    const timer = setInterval(() => {
      const now = performance.now()
      worst = Math.max(worst, now - last - 10)
      last = now
    }, 10)
    return () => {
      clearInterval(timer)
      return worst
    }
  }
}

/** The product's: sound that is in no document, pictures that are shown, and the controls that people use. */
function installProduct(): void {
  window.parts = () => {
    const sound = window.replayMeter?.sounds.at(-1)
    const videos = [...document.querySelectorAll<HTMLVideoElement>('figure:not([hidden]) video')]
    const slider = document.querySelector<HTMLInputElement>('input.seek')
    const play = document.querySelector<HTMLButtonElement>('.transport-buttons button.primary')
    if (!sound || !slider || !play || !document.querySelector('.lane')) return null
    return {
      ...{ sound, videos, turn: () => play.click() },
      seek(second) {
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
        // As by a click on the timeline. Its own steps are whole seconds, where keyframes stand here, too.
        slider.step = 'any'
        set?.call(slider, String(second))
        slider.dispatchEvent(new Event('input', { bubbles: true }))
      },
    }
  }
}

function installBare(): void {
  window.parts = () => {
    const video = document.querySelector('video')
    if (!video) return null
    return {
      ...{ sound: video, videos: [video], turn: () => void (video.paused ? video.play() : video.pause()) },
      seek(second) {
        video.currentTime = second
      },
    }
  }
}

type ToOpen = { pictures: number; longestMs: number; link?: string }

/** Runs in the page: until it could be played, then from `Play` to what is heard and seen. */
async function opened({ pictures, longestMs, link }: ToOpen): Promise<Opened> {
  const begun = link === undefined ? 0 : performance.now()
  if (link !== undefined) document.querySelector<HTMLElement>(link)?.click()
  const lag = window.watchLag?.()
  const tick = () => new Promise((resolve) => setTimeout(resolve, 2))
  let parts: Parts | null = null
  for (;;) {
    parts = window.parts?.() ?? null
    const able = (one: HTMLMediaElement) => one.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA
    if (performance.now() - begun > longestMs) {
      const states =
        parts && [parts.sound, ...parts.videos].map((one) => one.error?.message ?? one.readyState)
      throw new Error(`not ready in time: ${states?.join() ?? document.body.innerText.slice(0, 200)}`)
    }
    if (parts && able(parts.sound) && parts.videos.filter(able).length >= pictures) break
    await tick()
  }
  const readyAt = performance.now()
  const { sound, videos } = parts
  const before = sound.currentTime
  const frames = videos.map(
    (video) => new Promise<void>((seen) => video.requestVideoFrameCallback(() => seen())),
  )
  parts.turn()
  const heard = async () => {
    while (sound.currentTime <= before) await tick()
    return performance.now() - readyAt
  }
  const seen = Promise.all(frames).then(() => performance.now() - readyAt)
  const [soundMs, pictureMs] = await Promise.all([heard(), seen])
  return { readyMs: readyAt - begun, soundMs, pictureMs, lagMs: lag?.() ?? 0 }
}

/** Runs in the page. */
async function sought({ second, longestMs }: { second: number; longestMs: number }): Promise<Sought> {
  const parts = window.parts?.()
  if (!parts) throw new Error('there is no player')
  const { sound, videos } = parts
  const lag = window.watchLag?.()
  const begun = performance.now()
  parts.seek(second)
  // The player says at once where it wants to be.
  const to = sound.currentTime
  const late = (): boolean => performance.now() - begun > longestMs
  const heard = async () => {
    while (sound.seeking || sound.paused || sound.currentTime <= to) {
      if (late()) return null
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    return performance.now() - begun
  }
  const seen = (video: HTMLVideoElement) => {
    const target = video.currentTime
    return new Promise<number | null>((resolve) => {
      setTimeout(() => resolve(null), longestMs)
      const onFrame = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
        const passed = (performance.now() - begun) / 1_000
        const right = mediaTime > target - 0.1 && mediaTime < target + passed + 0.1
        if (right && !video.seeking) resolve(performance.now() - begun)
        else video.requestVideoFrameCallback(onFrame)
      }
      video.requestVideoFrameCallback(onFrame)
    })
  }
  const [soundMs, ...pictures] = await Promise.all([heard(), ...videos.map(seen)])
  const pictureMs = pictures.reduce<number | null>(
    (worst, one) => (one === null || worst === null ? null : Math.max(worst, one)),
    0,
  )
  return { to, soundMs, pictureMs, lagMs: lag?.() ?? 0 }
}

const LONGEST_MS = 10_000
/** A busy machine may take long; whoever measures there shall see how long. */
const READY_MS = 120_000

type Of = { pictures: number; beginsAt: number; go: () => Promise<unknown> }

async function metered<T>(work: () => Promise<T>): Promise<T & Meter> {
  const [stall, foreign] = [watchStall(), watchForeign()]
  try {
    const done = await work()
    return { ...done, meterLateMs: stall.take(), foreign: foreign(0) }
  } finally {
    stall.stop()
  }
}

function playerOf(page: Page, { pictures, beginsAt, go }: Of): Player {
  return {
    page,
    open: () =>
      metered(async () => {
        await go()
        return await page.evaluate(opened, { pictures, longestMs: READY_MS })
      }),
    follow: (link) => metered(() => page.evaluate(opened, { pictures, longestMs: READY_MS, link })),
    seek: (second) =>
      metered(() => page.evaluate(sought, { second: beginsAt + second, longestMs: LONGEST_MS })),
    play: (on) =>
      page.evaluate((wanted) => {
        const parts = window.parts?.()
        if (parts?.sound.paused === wanted) parts.turn()
      }, on),
  }
}

/** Of the next opening. */
export type Address = () => string

/** `page`: signed in. */
export async function productPlayer(
  page: Page,
  address: Address,
  { pictures = 2, metered = false } = {},
): Promise<Player> {
  for (const part of [installLag, installProduct]) await page.addInitScript(part)
  // Unless the page has a meter, which has the sounds, too.
  if (!metered) await installSounds(page)
  return playerOf(page, {
    pictures,
    beginsAt: CALL_AT_S,
    go: () => page.goto(address(), { waitUntil: 'commit' }),
  })
}

/** A page of the same origin with nothing in it but one element. */
export async function barePlayer(page: Page, origin: string, src: string): Promise<Player> {
  for (const part of [installLag, installBare]) await page.addInitScript(part)
  const url = `${origin}/bare`
  const body = `<!doctype html><video src="${src}" preload="auto" playsinline width="640"></video>`
  await page.route(url, (route) => route.fulfill({ contentType: 'text/html', body }))
  return playerOf(page, { pictures: 1, beginsAt: 0, go: () => page.goto(url, { waitUntil: 'commit' }) })
}
