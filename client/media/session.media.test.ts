import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { until } from '../../sfu/testing/node-harness.ts'
import { buildPage, type Person, startPerson } from './testing/browsers.ts'
import { pitchOf, toWav, type Voice, voices } from './testing/voices.ts'
import { type MediaServer, startMediaServer } from './testing/media-server.ts'
import type {} from './testing/page.ts'

const heard = (page: Page, voice: Voice) =>
  page.waitForFunction(
    ([from, to]) => {
      const pitch = window.harness.hear()
      return pitch > from && pitch < to
    },
    pitchOf(voice),
    { timeout: 15_000, polling: 20 },
  )
const silent = (page: Page) =>
  page.waitForFunction(() => window.harness.hear() === 0, null, { timeout: 10_000, polling: 20 })

describe('the media of a call between two browsers', () => {
  let server: MediaServer
  let people: Person[] = []
  let visitor: Page
  let agent: Page

  async function enter(person: Person, side: 'visitor' | 'agent'): Promise<Page> {
    const page = await person.browser.newPage()
    page.on('pageerror', (error) => console.error(side, error.message))
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') console.warn(side, line.text())
    })
    await page.goto(`${server.url}/?side=${side}`)
    return page
  }
  const speak = (page: Page) =>
    page.evaluate(() => {
      window.harness.media().setLive(true)
      return window.harness.media().raise('mic')
    })
  const begin = async (page: Page) => {
    await page.evaluate(() => window.harness.start())
    return await speak(page)
  }

  beforeAll(async () => {
    server = await startMediaServer(await buildPage(join(import.meta.dirname, 'testing', 'page.ts')))
    people = await Promise.all([startPerson(toWav(voices.visitor)), startPerson(toWav(voices.agent))])
    visitor = await enter(people[0] as Person, 'visitor')
    agent = await enter(people[1] as Person, 'agent')
  }, 60_000)
  afterAll(async () => {
    await Promise.all(people.map((person) => person.close()))
    await server.stop()
  })

  it('prepares while ringing, and lets nothing through before both agreed', async () => {
    expect(await Promise.all([begin(visitor), begin(agent)])).toEqual([true, true])
    for (const page of [visitor, agent]) {
      await page.waitForFunction(() => window.harness.media().$remote.get().length === 1)
      expect(await page.evaluate(() => window.harness.hear())).toBe(0)
    }
    await server.connect(true)
    await Promise.all([heard(agent, voices.visitor), heard(visitor, voices.agent)])
    expect(await agent.evaluate(() => window.harness.media().$health.get().name)).toBe('fine')
  }, 40_000)

  it('mutes at once, confirmed by the media node, and is heard again afterwards', async () => {
    await visitor.evaluate(() => window.harness.media().mute(true))
    expect(await visitor.evaluate(() => window.harness.media().$mute.get().wished)).toBe(true)
    await visitor.waitForFunction(() => window.harness.media().$mute.get().confirmed)
    await silent(agent)
    await visitor.evaluate(() => window.harness.media().mute(false))
    await heard(agent, voices.visitor)
  }, 30_000)

  it('raises a camera, and lowers it again', async () => {
    expect(await visitor.evaluate(() => window.harness.media().raise('cam'))).toBe(true)
    await agent.waitForFunction(async () => (await window.harness.frames('cam')) > 5, null, {
      timeout: 15_000,
    })
    await visitor.evaluate(() => window.harness.media().lower('cam'))
    await agent.waitForFunction(() =>
      window.harness
        .media()
        .$remote.get()
        .every((one) => one.source === 'mic'),
    )
    await heard(agent, voices.visitor)
  }, 40_000)

  it('goes on while the server is away, and keeps its connections when it is back', async () => {
    const before = server.epoch('visitor')
    server.setDown(true)
    await visitor.waitForFunction(() => window.harness.wire.$status.get() !== 'online')
    await heard(agent, voices.visitor)
    await visitor.evaluate(() => window.harness.media().mute(true))
    await silent(agent)
    server.setDown(false)
    await visitor.waitForFunction(() => window.harness.media().$mute.get().confirmed, null, {
      timeout: 15_000,
    })
    await visitor.evaluate(() => window.harness.media().mute(false))
    await heard(agent, voices.visitor)
    expect(server.epoch('visitor')).toBe(before)
  }, 60_000)

  it('restarts ICE over the same connections when the network changed, unnoticed', async () => {
    const epoch = server.epoch('visitor')
    const restarts = () => server.requests.filter(({ name }) => name === 'media.restartIce').length
    await visitor.evaluate(() => window.dispatchEvent(new Event('online')))
    await until(() => restarts() === 2)
    await heard(agent, voices.visitor)
    await heard(visitor, voices.agent)
    // Trouble of less than two seconds is not shown to anybody.
    await visitor.waitForFunction(() => window.harness.media().$health.get().name === 'fine', null, {
      timeout: 2_000,
    })
    expect(server.epoch('visitor')).toBe(epoch)
  }, 30_000)

  it('moves to another worker by itself, with the same tracks and the same elements', async () => {
    const player = await agent.evaluateHandle(() => document.querySelector('audio'))
    const epoch = server.epoch('agent')
    await server.killWorker()
    const start = performance.now()
    await until(() => server.epoch('agent') > epoch)
    await agent.waitForFunction(() => window.harness.media().$health.get().name === 'fine')
    await Promise.all([heard(agent, voices.visitor), heard(visitor, voices.agent)])
    expect(performance.now() - start).toBeLessThan(9_000)
    expect(await player.evaluate((element) => element?.isConnected)).toBe(true)
    const playedTo = await player.evaluate((element) => element?.currentTime ?? 0)
    await agent.waitForFunction(
      (from) => (document.querySelector('audio')?.currentTime ?? 0) > from + 0.2,
      playedTo,
    )
  }, 60_000)

  it('takes its seat again after a reload', async () => {
    await visitor.reload()
    await begin(visitor)
    expect(server.requests.map(({ name }) => name)).toContain('media.leaving')
    await Promise.all([heard(agent, voices.visitor), heard(visitor, voices.agent)])
  }, 40_000)

  it('does not take what became of its own first try for another tab’s doing', async () => {
    await visitor.reload()
    // A guest who needed long to load finds their seat empty: the log sits them down, and so does their click.
    await visitor.evaluate(() => {
      window.harness.start()
      window.harness.media().take()
    })
    await visitor.waitForFunction(() => window.harness.media().$remote.get().length === 1)
    await speak(visitor)
    expect(await visitor.evaluate(() => window.harness.media().$seat.get())).toBe('held')
    await Promise.all([heard(agent, voices.visitor), heard(visitor, voices.agent)])
  }, 40_000)

  it('gives way to a second tab only when told', async () => {
    const second = await enter(people[0] as Person, 'visitor')
    await second.evaluate(() => window.harness.start())
    await second.waitForFunction(() => window.harness.media().$seat.get() === 'elsewhere')
    await second.evaluate(() => window.harness.media().take())
    await visitor.waitForFunction(() => window.harness.media().$seat.get() === 'elsewhere')
    await speak(second)
    await heard(agent, voices.visitor)
    await second.evaluate(() => window.harness.media().close())
    await silent(agent)
  }, 40_000)
})
