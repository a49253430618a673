/** The strong noise suppression in a call: what the other side hears of somebody in a noisy room. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { until } from '../../sfu/testing/node-harness.ts'
import { buildPage, type Person, startPerson } from './testing/browsers.ts'
import { type MediaServer, startMediaServer } from './testing/media-server.ts'
import { speechInNoise } from './testing/noisy.ts'
import type {} from './testing/page.ts'
import { toWav, voices } from './testing/voices.ts'

let server: MediaServer
let people: Person[] = []
let visitor: Page
let agent: Page

const enter = async (person: Person | undefined, side: 'visitor' | 'agent'): Promise<Page> => {
  const page = await (person as Person).browser.newPage()
  page.on('pageerror', (error) => console.error(side, error.message))
  await page.goto(`${server.url}/?side=${side}`)
  return page
}
const begin = (page: Page) =>
  page.evaluate(() => {
    window.harness.start()
    window.harness.media().setLive(true)
    return window.harness.media().raise('mic')
  })

beforeAll(async () => {
  server = await startMediaServer(await buildPage(join(import.meta.dirname, 'testing', 'page.ts')))
  people = await Promise.all([startPerson(toWav(voices.visitor)), startPerson(speechInNoise())])
  visitor = await enter(people[0], 'visitor')
  agent = await enter(people[1], 'agent')
  // What the browser does of itself would hide what ours does.
  await agent.evaluate(() => window.harness.devices.process({ noise: false, gain: false, echo: false }))
  await Promise.all([begin(visitor), begin(agent)])
  await server.connect(true)
}, 60_000)
afterAll(async () => {
  await Promise.all(people.map((person) => person.close()))
  await server.stop()
})

/** A whole round of speech and pause, and some more. */
const ROUND_MS = 5_000
const heard = () => visitor.evaluate((ms) => window.harness.loudness(ms), ROUND_MS)
const works = () =>
  agent.waitForFunction(() => window.harness.devices.$hush?.get() === 'on', null, { timeout: 10_000 })
let plain = { quiet: 0, loud: 0 }

async function expectQuiet(): Promise<void> {
  const now = await heard()
  console.info('heard of the agent', { plain, now })
  expect(now.quiet).toBeLessThan(plain.quiet / 4)
  expect(now.loud).toBeGreaterThan(plain.loud / 2)
}

it('takes the noise away and leaves the speech, in a running call', async () => {
  await visitor.waitForFunction(() => window.harness.hear() > 0)
  plain = await heard()
  expect(plain.quiet).toBeGreaterThan(0.01)
  await agent.evaluate(() => window.harness.devices.process({ hush: true }))
  await works()
  await expectQuiet()
}, 60_000)

it('mutes as before, and works on at another microphone', async () => {
  await agent.evaluate(() => window.harness.media().mute(true))
  await agent.waitForFunction(() => window.harness.media().$mute.get().confirmed)
  await visitor.waitForFunction(() => window.harness.hear() === 0)
  await agent.evaluate(() => window.harness.media().mute(false))
  const other = await agent.evaluate(async () => {
    const { devices } = window.harness
    await devices.refreshLists()
    const { id } = devices.$lists.get().mic.at(-1) ?? { id: '' }
    await devices.choose('mic', id)
    // Chosen for each microphone by itself.
    const before = devices.$processing.get().hush
    await devices.process({ noise: false, gain: false, echo: false, hush: true })
    return { id, before }
  })
  expect(other).toEqual({ id: expect.stringMatching(/./), before: false })
  await works()
  await expectQuiet()
}, 60_000)

it('works on after the call has moved to another worker', async () => {
  const epoch = server.epoch('agent')
  await server.killWorker()
  await until(() => server.epoch('agent') > epoch)
  await agent.waitForFunction(() => window.harness.media().$health.get().name === 'fine')
  await visitor.waitForFunction(() => window.harness.hear() > 0)
  await expectQuiet()
}, 60_000)

it('is remembered, and sends the microphone as it is when it is turned off', async () => {
  await agent.reload()
  expect(await agent.evaluate(() => window.harness.devices.$processing.get().hush)).toBe(true)
  await begin(agent)
  await works()
  await visitor.waitForFunction(() => window.harness.hear() > 0)
  await agent.evaluate(() => window.harness.devices.process({ hush: false }))
  await agent.waitForFunction(() => window.harness.devices.$hush?.get() === 'off')
  expect((await heard()).quiet).toBeGreaterThan(plain.quiet / 2)
}, 60_000)
