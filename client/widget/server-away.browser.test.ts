import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Guest, openPlace, type Place } from './testing/place.ts'

// Real browsers on a machine that may be busy with others.
jest.setTimeout(90_000)

const CONFIG = '**/widget/config*'

describe('the launcher while the server is away', () => {
  let place: Place
  beforeAll(async () => {
    place = await openPlace()
  }, 120_000)
  afterEach(() => place.tunnel.mend())
  afterAll(() => place.close())

  const field = ({ panel }: Guest) => panel.getByRole('textbox', { name: 'Message' })

  it('appears as soon as it has learned what the site looks like', async () => {
    const guest = await place.guest()
    await guest.launcher.waitFor()
    // A browser that has never seen the site; its script comes from the cache.
    await guest.page.evaluate(() => localStorage.clear())
    await guest.page.route(CONFIG, (route) => route.abort())
    const failed = guest.page.waitForEvent('requestfailed', (one) => one.url().includes('/widget/config'))
    await guest.page.reload()
    await failed
    expect(await guest.launcher.count()).toBe(0)
    await guest.page.unroute(CONFIG)
    await guest.page.evaluate(() => window.dispatchEvent(new Event('online')))
    await guest.launcher.click()
    await field(guest).waitFor()
    await guest.leave()
  })

  it('says so when it is clicked, and shows the panel when the server is back', async () => {
    const guest = await place.guest()
    await guest.launcher.waitFor()
    place.tunnel.cut()
    await guest.launcher.click()
    const trouble = guest.page.getByText('No connection. Trying again…')
    await trouble.waitFor()
    expect(await guest.page.locator('parley-widget iframe').count()).toBe(0)
    place.tunnel.mend()
    await field(guest).waitFor()
    await trouble.waitFor({ state: 'hidden' })
    await guest.leave()
  })

  it('can be closed and opened again meanwhile, on a phone too', async () => {
    const guest = await place.guest({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })
    await guest.launcher.waitFor()
    place.tunnel.cut()
    await guest.launcher.tap()
    const trouble = guest.page.getByText('No connection. Trying again…')
    await trouble.waitFor()
    await guest.launcher.tap()
    await trouble.waitFor({ state: 'hidden' })
    place.tunnel.mend()
    await guest.launcher.tap()
    await field(guest).waitFor()
    await guest.leave()
  })

  it('is told once who somebody is when it is back, where they were named meanwhile', async () => {
    const guest = await place.guest()
    await guest.launcher.click()
    await guest.panel.getByText('Away at the moment').waitFor()
    const isNaming = (one: { url(): string }) => one.url().endsWith('/api/visitor/identify')
    let asked = 0
    guest.page.on('request', (one) => void (isNaming(one) && asked++))
    place.tunnel.cut()
    const failed = guest.page.waitForEvent('requestfailed', isNaming)
    const signature = createHmac('sha256', place.secret).update('customer 9').digest('hex')
    await guest.page.evaluate((known) => window.Parley?.queue.push(['identify', known]), {
      ...{ id: 'customer 9', name: 'Mina', signature },
    })
    await failed
    const answered = guest.page.waitForResponse(isNaming)
    place.tunnel.mend()
    expect((await answered).ok()).toBe(true)
    // Who is known connects anew, and is not named at that again.
    await guest.page.waitForEvent('websocket')
    await field(guest).fill('It is me')
    await field(guest).press('Enter')
    await guest.panel.getByRole('log').getByText('It is me').waitFor()
    await guest.panel.getByRole('log').getByText('Sending').waitFor({ state: 'detached' })
    expect(asked).toBe(2)
    await guest.leave()
  })
})
