import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Browser, chromium, type Page } from 'playwright-core'
import { buildPage } from './testing/browsers.ts'
import type {} from './testing/page.ts'

const launch = (...args: string[]) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...args],
  })

/** Devices alone: no server stands behind the page. */
describe('the devices of a browser', () => {
  let html: string
  let browser: Browser
  beforeAll(async () => {
    html = await buildPage(join(import.meta.dirname, 'testing', 'page.ts'))
    browser = await launch('--use-fake-device-for-media-stream')
  }, 90_000)
  afterAll(() => browser.close())

  async function open(address: string, headers: Record<string, string> = {}, from = browser): Promise<Page> {
    const page = await (await from.newContext()).newPage()
    await page.route(`${address}/**`, (route) =>
      route.fulfill({ contentType: 'text/html', body: html, headers }),
    )
    await page.goto(`${address}/`)
    return page
  }
  const attempt = (page: Page, source: 'mic' | 'cam' | 'screen') =>
    page.evaluate(async (one) => {
      const { devices } = window.harness
      await devices.open(one)
      const state = devices.state(one).get()
      return state.name === 'trouble' ? state.trouble : state.name
    }, source)

  it('opens what is allowed, keeps it warm and silent, and stops it when nobody needs it', async () => {
    const page = await open('http://localhost:4567')
    await page.context().grantPermissions(['microphone'])
    const seen = await page.evaluate(async () => {
      const { devices } = window.harness
      await devices.setWarm(true)
      const state = devices.$mic.get()
      if (state.name !== 'on') return null
      const { track } = state
      const warm = { enabled: track.enabled, state: track.readyState }
      const same = (await devices.open('mic')) === track
      devices.enable('mic', true)
      const inCall = track.enabled
      devices.close('mic')
      const after = { enabled: track.enabled, state: track.readyState }
      await devices.setWarm(false)
      return { warm, same, inCall, after, end: track.readyState, hint: track.contentHint }
    })
    const asleep = { enabled: false, state: 'live' }
    expect(seen).toEqual({
      warm: asleep,
      same: true,
      inCall: true,
      after: asleep,
      end: 'ended',
      hint: 'speech',
    })
  }, 90_000)

  it('does to a running microphone’s sound what is chosen, is never without it, and stays muted', async () => {
    const page = await open('http://localhost:4571')
    await page.context().grantPermissions(['microphone'])
    const seen = await page.evaluate(async () => {
      const { devices } = window.harness
      const first = await devices.open('mic')
      devices.enable('mic', false)
      const sent: unknown[] = []
      const stop = devices.$mic.listen((state) =>
        sent.push(state.name === 'on' ? `${state.track.readyState} ${state.track.enabled}` : state.name),
      )
      const done: unknown[] = []
      for (const change of [{ noise: false }, { gain: false }, { noise: true }]) {
        await devices.process(change)
        const state = devices.$mic.get()
        const { echoCancellation, noiseSuppression, autoGainControl } =
          state.name === 'on' ? state.track.getSettings() : {}
        done.push([echoCancellation, noiseSuppression, autoGainControl])
      }
      stop()
      return { sent: [...new Set(sent)], done, first: first?.readyState }
    })
    expect(seen).toEqual({
      sent: ['live false'],
      done: [
        [true, false, true],
        [true, false, false],
        [true, true, false],
      ],
      first: 'ended',
    })
  }, 90_000)

  it('says that the person refused', async () => {
    const page = await open('http://localhost:4568')
    expect(await attempt(page, 'mic')).toMatch(/refused|dismissed/)
  }, 90_000)

  it('says that the site around it forbids it', async () => {
    const page = await open('http://localhost:4569', { 'permissions-policy': 'microphone=(), camera=()' })
    expect(await attempt(page, 'mic')).toBe('blockedBySite')
    expect(await attempt(page, 'cam')).toBe('blockedBySite')
  }, 90_000)

  it('says that the connection is not secure', async () => {
    const page = await open('http://shop.example')
    expect(await attempt(page, 'mic')).toBe('insecure')
    expect(await attempt(page, 'screen')).toBe('insecure')
  }, 90_000)

  it('says that there is no device', async () => {
    const bare = await launch(
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream=device-count=0',
    )
    const page = await open('http://localhost:4570', {}, bare)
    expect(await attempt(page, 'cam')).toBe('none')
    await bare.close()
  }, 90_000)
})
