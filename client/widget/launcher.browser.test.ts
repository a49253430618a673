import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { Locator } from 'playwright-core'
import { openPlace, type Place } from './testing/place.ts'

declare global {
  interface Window {
    seen: { shift: number; denied: string[] }
    unread?: number
  }
}

/** What a trace says of one piece of work; `tdur` in µs. */
type Traced = { name: string; tdur?: number; args?: { data?: { url?: string } } }

// Real browsers on a machine that may be busy with others.
jest.setTimeout(90_000)

describe('the launcher in a hostile shop with a strict policy', () => {
  let place: Place
  beforeAll(async () => {
    place = await openPlace()
  }, 120_000)
  afterAll(() => place.close())

  it('stands where it should, shifts nothing, breaks no rule and opens no connection', async () => {
    const { page, launcher, sockets, leave } = await place.guest()
    await launcher.waitFor()
    expect(await launcher.boundingBox()).toEqual({ x: 924, y: 724, width: 56, height: 56 })
    expect(await page.evaluate(() => window.seen)).toEqual({ shift: 0, denied: [] })
    expect(await page.locator('parley-widget iframe').count()).toBe(0)
    expect(sockets.opened).toEqual([])
    await leave()
  })

  it('holds the main thread of the shop for no longer than 50 ms, come and clicked', async () => {
    const { page, launcher, panel, leave } = await place.guest()
    const browser = page.context().browser()
    await browser?.startTracing(page, { categories: ['devtools.timeline', 'blink.user_timing'] })
    await page.reload()
    await launcher.click()
    await panel.getByRole('textbox', { name: 'Message' }).waitFor()
    const trace = JSON.parse(String(await browser?.stopTracing())) as { traceEvents: Traced[] }
    const ours = trace.traceEvents.filter(({ args }) => args?.data?.url?.includes('/widget.js'))
    expect(ours.map(({ name }) => name)).toContain('EvaluateScript')
    // The thread's own time: others on the machine do not count.
    const longest = Math.max(...ours.map(({ tdur = 0 }) => tdur)) / 1000
    console.log(`longest task of the launcher: ${longest.toFixed(1)} ms`)
    expect(longest).toBeGreaterThan(0)
    expect(longest).toBeLessThan(50)
    await leave()
  })

  it('opens the panel at its size, gives it the keyboard, and takes the focus back', async () => {
    const { page, panel, launcher, leave } = await place.guest()
    await launcher.click()
    const message = panel.getByRole('textbox', { name: 'Message' })
    await message.waitFor()
    await page.waitForFunction(() => document.activeElement?.localName === 'parley-widget')
    await page.keyboard.type('typed at once')
    expect(await message.inputValue()).toBe('typed at once')
    await expectBox(page.locator('parley-widget iframe'), { width: 380, height: 640 })
    await page.keyboard.press('Escape')
    await page.locator('parley-widget iframe').waitFor({ state: 'hidden' })
    expect(
      await page.evaluate(
        () => document.querySelector('parley-widget')?.shadowRoot?.activeElement?.localName,
      ),
    ).toBe('button')
    expect(await launcher.getAttribute('aria-expanded')).toBe('false')
    expect(await page.evaluate(() => window.seen.denied)).toEqual([])
    await leave()
  })

  it('fills a phone', async () => {
    const { page, launcher, leave } = await place.guest({
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    })
    await launcher.tap()
    await expectBox(page.locator('parley-widget iframe'), { x: 0, y: 0, width: 390, height: 844 })
    await leave()
  })

  it('outlives a framework that swaps the body, and whoever removes it', async () => {
    const { page, launcher, leave } = await place.guest()
    await launcher.waitFor()
    await page.evaluate(() => document.body.replaceWith(document.createElement('body')))
    await launcher.waitFor()
    await page.evaluate(() => document.querySelector('parley-widget')?.remove())
    await launcher.click()
    await leave()
  })

  it('does nothing while the page is only rendered ahead', async () => {
    const { page, launcher, leave } = await place.guest()
    await launcher.waitFor()
    await page.addInitScript(() =>
      Object.defineProperty(document, 'prerendering', { value: true, configurable: true }),
    )
    await page.reload({ waitUntil: 'load' })
    expect(
      await page.evaluate(() =>
        new Promise((resolve) => requestIdleCallback(resolve)).then(() =>
          document.querySelector('parley-widget'),
        ),
      ),
    ).toBeNull()
    await page.evaluate(() => document.dispatchEvent(new Event('prerenderingchange')))
    await launcher.waitFor()
    await leave()
  })

  it('obeys window.Parley, before and after it is there', async () => {
    const { page, panel, leave, launcher } = await place.guest({ lang: 'ru' })
    await launcher.waitFor()
    await page.evaluate(() => {
      window.Parley?.queue.push(['setLocale', 'fa'])
      window.Parley?.queue.push(['open'])
    })
    await panel.getByRole('textbox', { name: 'پیام' }).waitFor()
    expect(await page.evaluate(() => window.unread)).toBe(0)
    await page.evaluate(() => window.Parley?.queue.push(['shutdown']))
    await page.locator('parley-widget').waitFor({ state: 'detached' })
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('conversation')
    await leave()
  })

  it('is not shown where the site has not allowed it', async () => {
    const { page, leave } = await place.guest()
    const said = page.waitForEvent('console', { predicate: (one) => one.text().startsWith('Parley:') })
    await page.goto(place.shop.origin.replace('127.0.0.1', 'localhost'))
    expect((await said).text()).toContain('does not know site')
    expect(await page.locator('parley-widget').count()).toBe(0)
    await leave()
  })
})

async function expectBox(what: Locator, wanted: Record<string, number>): Promise<void> {
  await what.waitFor()
  expect(await what.boundingBox()).toMatchObject(wanted)
}
