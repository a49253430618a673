/** A whole Parley with a shop beside it, and visitors who come to the shop. */
import { readFileSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Frame, FrameLocator, Page } from 'playwright-core'
import { addSite } from '../../../server/site/site.service.ts'
import { startTestApp, type TestApp } from '../../../server/testing/app.ts'
import { freePort } from '../../../scripts/test-env.ts'
import { openTunnel, type Tunnel } from './tunnel.ts'
import { buildWidget, type Shop, startBrowser, startShop } from './shop.ts'

const axeSource = readFileSync(new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

export type Guest = {
  page: Page
  panel: FrameLocator
  /** Addresses of the sockets that were opened, and how many are open. */
  sockets: { opened: string[]; open: number }
  launcher: ReturnType<Page['getByRole']>
  frame(): Frame
  leave(): Promise<void>
}

export type Place = {
  app: TestApp
  /** The browsers' way to it. */
  tunnel: Tunnel
  shop: Shop
  site: string
  /** With which the shop signs who its visitors are. */
  secret: string
  /** A new browser profile on the shop's first page. */
  guest(options?: BrowserContextOptions & { lang?: string; path?: string }): Promise<Guest>
  close(): Promise<void>
}

export const launcherName = { en: 'Chat with us', fa: 'گفت‌وگو با ما', ru: 'Написать нам' } as const

export async function openPlace(): Promise<Place> {
  await buildWidget()
  const [inner, port] = [await freePort(), await freePort()]
  const home = `http://localhost:${port}`
  const app = await startTestApp({ port: inner, publicUrl: home })
  const tunnel = await openTunnel(port, inner)
  let key = ''
  let lang = ''
  const shop = await startShop(() => ({ home, site: key, attributes: lang && `data-lang="${lang}"` }))
  const site = await addSite(app.db, { name: 'Halden', origins: [shop.origin] })
  key = site.config.key
  const browser: Browser = await startBrowser()

  const guest: Place['guest'] = async ({ lang: wanted = 'en', path = '/', ...options } = {}) => {
    lang = wanted
    const context = await browser.newContext({
      viewport: { width: 1000, height: 800 },
      reducedMotion: 'reduce',
      ...options,
    })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => console.error('shop', error.message))
    const sockets: Guest['sockets'] = { opened: [], open: 0 }
    page.on('websocket', (socket) => {
      sockets.opened.push(socket.url())
      sockets.open++
      socket.on('close', () => sockets.open--)
    })
    await page.goto(`${shop.origin}${path}`)
    return {
      page,
      sockets,
      panel: page.frameLocator('parley-widget iframe'),
      launcher: page.getByRole('button', { name: launcherName[wanted as 'en'] }),
      frame: () => page.frames().find((one) => one.url().includes('/widget/panel')) ?? page.mainFrame(),
      leave: () => context.close(),
    }
  }
  return {
    app,
    tunnel,
    shop,
    site: key,
    secret: site.secret,
    guest,
    async close() {
      await browser.close()
      await shop.stop()
      await tunnel.close()
      await app.stop()
    },
  }
}

/** What axe finds wrong in a frame, shortly. */
export async function faults(frame: Frame): Promise<string[]> {
  await frame.evaluate(axeSource)
  return frame.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    const { violations } = await axe.run(document)
    return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`)
  })
}
