import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { CONTRACT_VERSION } from '../../server/contract/limits.ts'
import { type Guest, openPlace, type Place } from './testing/place.ts'

// Real browsers on a machine that may be busy with others.
jest.setTimeout(90_000)

describe('a page that was left open while the server was upgraded', () => {
  let place: Place
  beforeAll(async () => {
    place = await openPlace()
  }, 120_000)
  afterAll(() => place.close())

  const field = ({ panel }: Guest) => panel.getByRole('textbox', { name: 'Message' })
  /** Connected: what is said only then. Nobody answers in this test. */
  const here = ({ panel }: Guest) => panel.getByText('Away at the moment')
  const told = ({ panel }: Guest) => panel.getByText('This page is out of date')

  type Old = Guest & { loads(): number; upgrade(how: { helps: boolean }): void }

  /** With the panel open. From the upgrade on it speaks as one of before, until it is loaded anew; or then, too. */
  async function oldPage(): Promise<Old> {
    const guest = await place.guest()
    let old = false
    let lasting = false
    let loads = 0
    await guest.page.routeWebSocket(/socket\.io/, (socket) => {
      const server = socket.connectToServer()
      const [now, before] = [CONTRACT_VERSION, CONTRACT_VERSION - 1].map((one) => `"contract":${one}`)
      socket.onMessage((text) => server.send(old ? String(text).replace(now ?? '', before ?? '') : text))
    })
    guest.page.on('framenavigated', (frame) => {
      if (!frame.url().includes('/widget/panel')) return
      loads++
      if (loads > 1) old = lasting
    })
    await guest.launcher.click()
    await here(guest).waitFor()
    return {
      ...guest,
      loads: () => loads,
      upgrade({ helps }) {
        old = true
        lasting = !helps
        place.tunnel.cut()
        place.tunnel.mend()
      },
    }
  }

  it('loads itself anew where nothing is lost by that', async () => {
    const guest = await oldPage()
    guest.upgrade({ helps: true })
    await told(guest).waitFor()
    await told(guest).waitFor({ state: 'detached' })
    await here(guest).waitFor()
    expect(guest.loads()).toBe(2)
    await guest.leave()
  })

  it('does so once: when that does not help it says so, and leaves it to the person', async () => {
    const guest = await oldPage()
    const loaded = guest.page.waitForEvent('framenavigated', (frame) => frame.url().includes('/widget/panel'))
    guest.upgrade({ helps: false })
    await loaded
    await told(guest).waitFor()
    // Longer than it takes one that does load itself anew.
    await guest.page.waitForTimeout(7_000)
    expect(guest.loads()).toBe(2)
    guest.upgrade({ helps: true })
    await guest.panel.getByRole('button', { name: 'Load anew' }).click()
    await here(guest).waitFor()
    expect(guest.loads()).toBe(3)
    await guest.leave()
  })

  it('keeps what is being written, says so, and stands in the way of no newer page', async () => {
    const guest = await oldPage()
    await field(guest).fill('Half a sentence')
    guest.upgrade({ helps: true })
    await told(guest).waitFor()
    const page = await guest.page.context().newPage()
    await page.goto(`${place.shop.origin}/two`)
    await page.getByRole('button', { name: 'Chat with us' }).click()
    await here({ ...guest, page, panel: page.frameLocator('parley-widget iframe') }).waitFor()
    expect(guest.loads()).toBe(1)
    await guest.panel.getByRole('button', { name: 'Load anew' }).click()
    await here(guest).waitFor()
    expect(await field(guest).inputValue()).toBe('Half a sentence')
    await guest.leave()
  })
})
