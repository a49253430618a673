/** A shop that hosts the worker: its page asks, its own name stands under the notification, and a click opens the chat in it. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { sql } from 'kysely'
import type { Browser } from 'playwright-core'
import { freePort } from '../../scripts/test-env.ts'
import { clicked, createMailman, subscribesTo } from '../../server/journeys/testing/push.ts'
import { startPushService, type TestPushService } from '../../server/push/testing.ts'
import { addSite } from '../../server/site/site.service.ts'
import type { Site } from '../../server/site/site.store.ts'
import { startTestApp, type TestApp } from '../../server/testing/app.ts'
import { buildWidget, type Shop, startBrowser, startShop } from './testing/shop.ts'

jest.setTimeout(90_000)

let app: TestApp
let shop: Shop
let site: Site
let browser: Browser
let service: TestPushService

beforeAll(async () => {
  await buildWidget()
  service = await startPushService()
  const port = await freePort()
  const home = `http://localhost:${port}`
  app = await startTestApp({ port, publicUrl: home })
  shop = await startShop(() => ({
    ...{ home, site: site.config.key },
    attributes: 'data-push-worker="/parley-sw.js"',
  }))
  site = await addSite(app.db, { name: 'Halden', origins: [shop.origin] })
  browser = await startBrowser()
}, 120_000)
afterAll(async () => {
  await browser.close()
  await shop.stop()
  await app.stop()
  await service.stop()
})

it('tells whoever closed its page that it is their turn', async () => {
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  const device = service.browser()
  await subscribesTo(context, device.subscription)
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto(`${shop.origin}/lamp`)
  await page.getByRole('button', { name: 'Chat with us' }).click()
  const panel = page.frameLocator('parley-widget iframe')
  await panel.getByRole('button', { name: 'Call me back' }).click()
  await panel.getByRole('button', { name: 'Call me back' }).click()
  await panel.getByRole('button', { name: 'Tell me on this device' }).click()
  await panel.getByText('you are told on this device').waitFor()
  expect(context.pages()).toHaveLength(1)

  await page.goto('about:blank')
  const gone = () =>
    sql<{ n: number }>`update visitor set gone_since = gone_since - interval '1 minute'
    where gone_since > now() - interval '30 seconds' returning 1 as n`.execute(app.db)
  while ((await gone()).rows.length === 0) await new Promise((resolve) => setTimeout(resolve, 50))
  const agent = await app.staff('Sara')
  await agent.request('status.set', { status: 'available' })
  const { push, body } = await device.push(() => true)
  expect(push).toMatchObject({ news: { kind: 'turn', name: 'Halden' } })

  const mailman = await createMailman(context, shop.origin, '/parley-push/', '/other')
  await mailman.deliver(body)
  expect(await mailman.shown(1)).toEqual([
    { title: 'It is your turn', body: 'Open the chat at Halden, and we call you.' },
  ])
  const address = await clicked(context)
  expect(address).toBe(`${shop.origin}/lamp?parley=open`)
  await page.goto(address)
  await panel.getByText('We call you back as soon as it is your turn.').waitFor()
  expect(page.url()).toBe(`${shop.origin}/lamp`)
  await agent.push('offer', (offer) => offer.task === 'callback')
  await context.close()
})
