/** How far what is heard and seen is from the moments at which it was recorded, at several places of the hour. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { takeWatched, type Watched } from '../../server/journeys/testing/replay-meter.ts'
import { clockAt, flashesIn, nearest, onsetsOf, onTime } from '../../server/journeys/testing/sync-figures.ts'
import { colourOfFire, EVERY_MS } from './coded-loop.ts'
import { median } from '../lib/stats.ts'
import { firedAt, type Role, roles, type Talk } from './long-talk.ts'
import type { Player } from './players.ts'

/** Pictures have fallen in step by then. */
const SETTLE_MS = 1_500
const WATCH_MS = 9_000

/** ms. `lips`: sound before picture. `clock`: after the moment at which it was captured. */
export type Moment = { role: Role; lips: number | null; clock: number }
/** `sides`: the visitor's sound after the agent's. */
export type Place = {
  minute: number
  rate: number
  lips: Record<Role, number>
  clock: Record<Role, number>
  sides: number
  moments: number
}

/** From there on, at that pace. */
export async function watchAt(player: Player, talk: Talk, minute: number, rate = 1): Promise<Place> {
  await player.page.getByRole('combobox', { name: 'Speed' }).selectOption(String(rate))
  await player.play(true)
  await player.seek(minute * 60)
  await delay(SETTLE_MS)
  await takeWatched(player.page)
  await delay(WATCH_MS)
  const place = placeOf(await takeWatched(player.page), talk, rate)
  await player.play(false)
  return place
}

function placeOf(watched: Watched, talk: Talk, rate: number): Place {
  const moments = roles.flatMap((role) => momentsOf(watched, talk, role))
  const of = (role: Role, what: 'lips' | 'clock') =>
    median(moments.filter((one) => one.role === role).flatMap((one) => one[what] ?? []))
  const both = (what: 'lips' | 'clock') => ({ visitor: of('visitor', what), agent: of('agent', what) })
  const clock = both('clock')
  const minute = (watched.ticks.at(-1)?.clock ?? 0) / 60_000
  return {
    minute,
    rate,
    lips: both('lips'),
    clock,
    sides: clock.visitor - clock.agent,
    moments: moments.length,
  }
}

function momentsOf(watched: Watched, talk: Talk, role: Role): Moment[] {
  const { ticks } = watched
  const { audio, startMs } = talk.index
  if (!audio) return []
  const from = startMs + audio.start
  const frames = watched.frames.filter(({ side }) => side === role)
  const channel = audio.channels.findIndex((one) => one.role === role)
  return onsetsOf(watched.onsets, channel).flatMap((at) => {
    if (!onTime(ticks, at)) return []
    const heard = from + clockAt(ticks, at)
    const number = Math.round(
      (heard - firedAt(talk, role, 0)) / (firedAt(talk, role, 1) - firedAt(talk, role, 0)),
    )
    const flash = nearest(flashesIn(frames, colourOfFire(number)), at, (one) => one.at, EVERY_MS / 2)
    const lips = flash && onTime(ticks, flash.at) ? flash.at - at : null
    return [{ role, lips, clock: heard - firedAt(talk, role, number) }]
  })
}

/** Of all pages of a browser, bytes. */
export async function pageMemory(browser: Browser, bytesOf: (pid: number) => number): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { id }) => sum + bytesOf(id), 0)
}
