/** A visitor and staff, each in a browser process of their own, speaking with a voice of their own. */
import type { Browser, BrowserContext, BrowserContextOptions, Frame, Locator, Page } from 'playwright-core'
import { filmOf, visitorLooks } from '../../../scripts/pictures/camera.ts'
import { type HowPerson, startPerson } from '../../../client/media/testing/browsers.ts'
import { toWav, voices } from '../../../client/media/testing/voices.ts'
import type { Stack } from '../../../scripts/test-env.ts'
import type { Locale } from '../../contract/words.ts'
import { type Heard, heardIn, installEar } from './ear.ts'
import { words as launcherWords } from '../../../client/widget/launcher/words.ts'
import { inLocale } from './words.ts'

export type Role = keyof typeof voices

/** One process; its pages are people with the same microphone. */
export type Process = { browser: Browser; close(): Promise<void> }

let small: Buffer | undefined

/** `camera`: its pictures, few and small, since a call of four is twelve to decode on one machine; null: those that Chromium makes up. */
export function startProcess(
  role: Role,
  { camera = (small ??= filmOf(visitorLooks, 10, 5)), ...elsewhere }: HowPerson = {},
): Promise<Process> {
  return startPerson(toWav(voices[role]), { camera, ...elsewhere })
}

/** What somebody has before them: a page, and in it the document where they talk. */
export type Person = {
  context: BrowserContext
  page: Page
  language: Locale
  /** What begins it: the launcher's button, or the desk's `Available`. */
  launcher(): Locator
  /** The panel's frame, or the desk's page itself. */
  frame(): Promise<Frame>
  /** `name`: the control's accessible name in English, whichever language the person reads. */
  button(name: string): Locator
  field(name: string): Locator
  /** A camera or screen by its label, `Camera of`. */
  picture(name: string): Locator
  text(text: string | RegExp): Locator
  heard(since: number): Promise<Heard>
}

async function newPage(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options)
  await context.addInitScript(installEar)
  const page = await context.newPage()
  // Far beyond what anything takes: machines that tests run on may be busy with others.
  page.setDefaultTimeout(60_000)
  return page
}

const PANEL = '/widget/panel'

async function panelFrame(page: Page): Promise<Frame> {
  const handle = await page.locator('parley-widget iframe').elementHandle()
  const frame = await handle?.contentFrame()
  if (!frame) throw new Error(`no frame of ${PANEL}`)
  return frame
}

/** A visitor of the demo shop. */
export async function openShop(
  browser: Browser,
  stack: Pick<Stack, 'url'>,
  options: BrowserContextOptions & { language?: Locale } = {},
): Promise<Person> {
  const { language = 'en', ...rest } = options
  const page = await newPage(browser, { viewport: { width: 1_200, height: 800 }, locale: language, ...rest })
  await page.goto(`${stack.url}/demo?lang=${language}`)
  return visitorAt(page, language)
}

/** The visitor in a page of the shop; another tab of theirs shares the context. */
export function visitorAt(page: Page, language: Locale = 'en'): Person {
  const panel = page.frameLocator('parley-widget iframe')
  return {
    context: page.context(),
    page,
    language,
    launcher: () => page.getByRole('button', { name: launcherWords[language].chat }),
    frame: () => panelFrame(page),
    button: (name) => panel.getByRole('button', { name: inLocale(name, language) }),
    field: (name) => panel.getByRole('textbox', { name: inLocale(name, language) }),
    text: (text) => panel.getByText(text).first(),
    picture: (name) => panel.getByLabel(inLocale(name, language)),
    heard: async (since) => heardIn(await panelFrame(page), since),
  }
}

/** The visitor in the window of its own that a call was moved to. */
export function windowAt(page: Page): Person {
  return {
    context: page.context(),
    page,
    language: 'en',
    launcher: () => page.getByRole('button', { name: 'none' }),
    frame: () => Promise.resolve(page.mainFrame()),
    button: (name) => page.getByRole('button', { name: inLocale(name, 'en') }),
    field: (name) => page.getByRole('textbox', { name: inLocale(name, 'en') }),
    text: (text) => page.getByText(text).first(),
    picture: (name) => page.getByLabel(inLocale(name, 'en')),
    heard: (since) => heardIn(page.mainFrame(), since),
  }
}

/** Somebody from outside who comes into the call by its link. */
export async function openGuest(browser: Browser | null, url: string): Promise<Person> {
  if (!browser) throw new Error('no browser')
  const page = await newPage(browser, { viewport: { width: 1_200, height: 800 }, locale: 'en-GB' })
  await page.goto(url)
  await page.getByRole('button', { name: 'Join call' }).click()
  return windowAt(page)
}

/** Somebody of the demo's staff, signed in by the one-time link. */
export async function openDesk(
  browser: Browser,
  stack: Stack,
  name: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const page = await newPage(browser, {
    ...{ viewport: { width: 1_440, height: 900 }, locale: 'en-GB' },
    ...options,
  })
  const link = stack.links.find((one) => one.name === name)
  if (!link) throw new Error(`no link for ${name}`)
  await page.goto(link.url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation').first().waitFor()
  return {
    context: page.context(),
    page,
    language: 'en',
    launcher: () => page.getByRole('button', { name: 'Available', exact: true }),
    frame: () => Promise.resolve(page.mainFrame()),
    button: (label) => page.getByRole('button', { name: inLocale(label, 'en') }),
    field: (label) => page.getByRole('textbox', { name: inLocale(label, 'en') }),
    text: (text) => page.getByText(text).first(),
    picture: (label) => page.getByLabel(inLocale(label, 'en')),
    heard: (since) => heardIn(page.mainFrame(), since),
  }
}
