/** The people of the tour, each in a browser of their own with a fake camera and microphone. */
import {
  type Browser,
  type BrowserContext,
  type CDPSession,
  chromium,
  type FrameLocator,
  type Page,
} from 'playwright-core'
import type { Stack } from '../test-env.ts'
import { browserLocale, isPhone, type Look, words } from './look.ts'

export interface Cast {
  look: Look
  stack: Pick<Stack, 'url' | 'links' | 'dataDir'>
  t: ReturnType<typeof words>
  visitor: Page
  /** The visitor's panel, inside the shop's page. */
  panel: FrameLocator
  /** The window that the visitor's call was moved to; until then the shop's page. */
  window: Page
  agent: Page
  reviewer: Page
  /** So many of a hundred packets of the visitor's calls are lost from now on; what a call began without is not reached. Null: as before. */
  lose(percent: number | null): Promise<void>
  close(): Promise<void>
}

/** What a click takes on a slow machine that has two calls of three people to draw, three times. */
const WAIT_MS = 90_000

export function launch(executablePath = '/usr/bin/chromium', more: readonly string[] = []): Promise<Browser> {
  const args = [
    ...[
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
    ...[
      '--disable-component-update',
      '--disable-sync',
      '--mute-audio',
      '--auto-select-desktop-capture-source=Entire screen',
    ],
    ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=fps=10'],
    ...more,
  ]
  return chromium.launch({ executablePath, args })
}

/** Opens everybody's page; nobody has signed in or clicked yet. */
export async function gather(browser: Browser, look: Look, stack: Cast['stack']): Promise<Cast> {
  const contexts: BrowserContext[] = []
  const phone = isPhone(look)
  const page = async () => {
    const context = await browser.newContext({
      viewport: { width: look.width, height: phone ? 844 : 900 },
      // Fingers: larger targets, nothing that shows only under a pointer.
      hasTouch: phone,
      locale: browserLocale[look.locale],
      colorScheme: look.theme,
      // A picture in the middle of a movement shows neither end.
      reducedMotion: 'reduce',
    })
    contexts.push(context)
    const made = await context.newPage()
    made.setDefaultTimeout(WAIT_MS)
    return made
  }
  const visitor = await page()
  return {
    look,
    stack,
    t: words(look.locale),
    visitor,
    panel: visitor.frameLocator('iframe'),
    window: visitor,
    agent: await page(),
    lose: losing(visitor),
    reviewer: await page(),
    async close() {
      for (const context of contexts) await context.close()
    },
  }
}

function losing(page: Page): Cast['lose'] {
  let opening: Promise<CDPSession> | null = null
  return async (packetLoss) => {
    opening ??= page.context().newCDPSession(page)
    const session = await opening
    if (packetLoss === null) {
      opening = null
      return await session.detach()
    }
    await session.send('Network.enable')
    const everything = { urlPattern: '', latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
    const conditions = { offline: false, matchedNetworkConditions: [{ ...everything, packetLoss }] }
    await session.send('Network.emulateNetworkConditionsByRule', conditions)
  }
}

/** Whoever was signed in there before is so no more. */
export async function signIn(cast: Cast, page: Page, name: string): Promise<void> {
  await page.context().clearCookies()
  // Pages whose addresses differ only behind the # are one.
  await page.goto('about:blank')
  await page.goto(linkOf(cast, name))
  await page.getByRole('button', { name: cast.t('desk.signIn'), exact: true }).click()
  await page
    .getByRole('button', { name: cast.t('desk.signOut'), exact: true })
    .first()
    .waitFor()
}

export const linkOf = (cast: Cast, name: string): string => {
  const link = cast.stack.links.find((one) => one.name === name)
  if (!link) throw new Error(`No sign-in link for ${name}`)
  return link.url
}
