/** The shop's cookie carries a visitor from one subdomain to another where the panel's own storage cannot. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { createHmac } from 'node:crypto'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { freePort } from '../../scripts/test-env.ts'
import { addSite, setCookieDomain } from '../../server/site/site.service.ts'
import type { Site } from '../../server/site/site.store.ts'
import { startTestApp, type TestApp } from '../../server/testing/app.ts'
import { buildWidget, type Shop, startBrowser, startShop } from './testing/shop.ts'

jest.setTimeout(90_000)

let app: TestApp
let shop: Shop
let site: Site
let browser: Browser
let context: BrowserContext | undefined

const at = (host: string) => `http://${host}.shop.test:${new URL(shop.origin).port}`

beforeAll(async () => {
  await buildWidget()
  const port = await freePort()
  const home = `http://localhost:${port}`
  app = await startTestApp({ port, publicUrl: home })
  const about = () => ({ home, site: site.config.key, attributes: 'data-cookie-domain="shop.test"' })
  shop = await startShop(about)
  site = await addSite(app.db, { name: 'Halden', origins: [at('www'), at('help')] })
  browser = await startBrowser(['--host-resolver-rules=MAP *.shop.test 127.0.0.1'])
}, 120_000)
afterAll(async () => {
  await browser.close()
  await shop.stop()
  await app.stop()
})

/** A browser that gives a frame of another site no storage that lasts. */
async function newVisitor(): Promise<BrowserContext> {
  await context?.close()
  context = await browser.newContext({ reducedMotion: 'reduce' })
  await context.addInitScript(() => {
    if (window.parent === window) return
    const refuse = {
      get: () => {
        throw new DOMException('no storage here', 'SecurityError')
      },
    } // prettier-ignore
    for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, refuse)
  })
  return context
}

async function open(visitor: BrowserContext, host: string): Promise<Page> {
  const page = await visitor.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto(at(host))
  await page.getByRole('button', { name: 'Chat with us' }).click()
  await panel(page)
    .getByText(/Away at the moment|Here now/)
    .first()
    .waitFor()
  return page
}
const panel = (page: Page) => page.frameLocator('parley-widget iframe')
const log = (page: Page) => panel(page).getByRole('log')
async function say(page: Page, text: string): Promise<void> {
  await panel(page).getByRole('textbox', { name: 'Message' }).fill(text)
  await panel(page).getByRole('textbox', { name: 'Message' }).press('Enter')
  await panel(page).locator('.delivery.pending').waitFor({ state: 'detached' })
}
const cookies = async () => (await context?.cookies()) ?? []

it('does so on a site that allows the domain, with another secret after each use', async () => {
  await setCookieDomain(app.db, site.config.key, 'shop.test')
  const visitor = await newVisitor()
  const first = await open(visitor, 'www')
  await say(first, 'Said at www')
  const [before] = await cookies()
  expect(before).toMatchObject({ domain: '.shop.test', sameSite: 'Lax' })
  const second = await open(visitor, 'help')
  await log(second).getByText('Said at www').waitFor()
  expect((await cookies())[0]?.value).not.toBe(before?.value)
  await say(second, 'Said at help')
  await log(first).getByText('Said at help').waitFor()
  // The first page's own secret has been used by the second; the cookie has a newer one.
  await first.reload()
  await log(first).getByText('Said at help').waitFor()
  expect(await log(first).getByText('Said at www').count()).toBe(1)
})

it('does not once the shop has signed who it is, and what was in the cookie opens nothing', async () => {
  const visitor = await newVisitor()
  const page = await open(visitor, 'www')
  await say(page, 'I am Mina')
  const [before] = await cookies()
  const signature = createHmac('sha256', site.secret).update('mina').digest('hex')
  const identity = { id: 'mina', name: 'Mina', signature }
  await page.evaluate((known) => window.Parley?.queue.push(['identify', known]), identity)
  await eventually(async () => (await cookies()).length === 0)
  const stolen = await fetch(`${app.url}/api/visitor/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ site: site.config.key, renewal: before?.value }),
  })
  expect(await stolen.json()).toMatchObject({ visitor: { verified: false } })
})

it('does not where the site does not allow it, whatever the page asks for', async () => {
  await setCookieDomain(app.db, site.config.key, null)
  const visitor = await newVisitor()
  await say(await open(visitor, 'www'), 'Nobody else reads this')
  expect(await cookies()).toEqual([])
  const second = await open(visitor, 'help')
  expect(await log(second).getByText('Nobody else reads this').count()).toBe(0)
})

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
}
