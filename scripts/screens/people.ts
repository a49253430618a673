/** The people of the tour, each in a browser of their own with a fake camera and microphone. */
import { type Browser, type BrowserContext, chromium, type FrameLocator, type Page } from 'playwright-core'
import type { Stack } from '../test-env.ts'
import { browserLocale, type Look, words } from './look.ts'

export interface Cast {
  look: Look
  stack: Pick<Stack, 'url' | 'links'>
  t: ReturnType<typeof words>
  visitor: Page
  /** The visitor's panel, inside the shop's page. */
  panel: FrameLocator
  /** The window that the visitor's call was moved to; until then the shop's page. */
  window: Page
  agent: Page
  reviewer: Page
  close(): Promise<void>
}

const WAIT_MS = 15_000

export function launch(executablePath = '/usr/bin/chromium'): Promise<Browser> {
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
    ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  ]
  return chromium.launch({ executablePath, args })
}

/** Opens everybody's page; nobody has signed in or clicked yet. */
export async function gather(browser: Browser, look: Look, stack: Cast['stack']): Promise<Cast> {
  const contexts: BrowserContext[] = []
  const page = async () => {
    const context = await browser.newContext({
      viewport: { width: look.width, height: look.width < 720 ? 844 : 900 },
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
    reviewer: await page(),
    async close() {
      for (const context of contexts) await context.close()
    },
  }
}

export const linkOf = (cast: Cast, name: string): string => {
  const link = cast.stack.links.find((one) => one.name === name)
  if (!link) throw new Error(`No sign-in link for ${name}`)
  return link.url
}
