import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { Frame } from 'playwright-core'
import sharp from 'sharp'
import { MAX_FILES, MAX_TEXT } from '../../server/contract/limits.ts'
import { faults, type Guest, openPlace, type Place } from './testing/place.ts'

type Agent = Awaited<ReturnType<Place['app']['staff']>>

const picture = (): Promise<Buffer> =>
  sharp({ create: { width: 120, height: 80, channels: 3, background: '#c96' } })
    .png()
    .toBuffer()

// Real browsers on a machine that may be busy with others.
jest.setTimeout(90_000)

describe('the panel', () => {
  let place: Place
  let sara: Agent
  beforeAll(async () => {
    place = await openPlace()
    sara = await place.app.staff('Sara')
  }, 120_000)
  // An offer that an earlier test left unanswered takes her out of the queue.
  beforeEach(() => sara.request('status.set', { status: 'available' }))
  afterAll(() => place.close())

  const field = ({ panel }: Guest) => panel.getByRole('textbox', { name: 'Message' })
  const says = async (guest: Guest, text: string) => {
    await field(guest).fill(text)
    await field(guest).press('Enter')
  }
  const log = ({ panel }: Guest) => panel.getByRole('log')

  /** The conversation that begins with this text, accepted by Sara. */
  async function accepted(text: string): Promise<string> {
    const offer = await sara.push('offer', (one) => one.lastText === text)
    const { conversationId } = await sara.request('offer.accept', { offerId: offer.offerId })
    return conversationId
  }
  const answer = (conversationId: string, text: string) =>
    sara.request('message.send', { conversationId, clientId: crypto.randomUUID(), text, attachments: [] })
  const done = (conversationId: string) => sara.request('conversation.end', { conversationId })

  it('carries a talk over reload and other pages, and counts what was not read', async () => {
    const guest = await place.guest()
    await guest.launcher.click()
    await says(guest, 'Is it in stock?')
    const id = await accepted('Is it in stock?')
    await guest.panel.getByRole('heading', { name: 'Sara' }).waitFor()
    await answer(id, 'It is: https://shop.example/lamp')
    await guest.panel.getByRole('link', { name: 'https://shop.example/lamp' }).waitFor()

    await guest.page.reload()
    await log(guest).getByText('Is it in stock?').waitFor()
    await guest.page
      .getByRole('link', { name: 'Two' })
      .evaluate((link) => (link as HTMLAnchorElement).click())
    await guest.page.waitForURL('**/two')
    await log(guest).getByText('It is:').waitFor()
    expect(await log(guest).getByText('Is it in stock?').count()).toBe(1)

    // Read is what was in view for a second in a window that had the focus; pages that are walked through have none.
    await guest.panel.getByRole('textbox', { name: 'Message' }).focus()
    await guest.page.waitForTimeout(1_500)
    await guest.panel.getByRole('button', { name: 'Close chat' }).click()
    await guest.page.getByRole('button', { name: 'Chat with us', exact: true }).waitFor()
    await answer(id, 'Anything else?')
    await guest.page.getByRole('button', { name: 'Chat with us, 1 unread' }).click()
    await guest.page.getByRole('button', { name: 'Chat with us', exact: true }).waitFor()
    await done(id)
    await guest.leave()
  })

  it('takes no emoji beyond what one message may hold, as it takes no letter', async () => {
    const guest = await place.guest()
    await guest.launcher.click()
    const insert = async () => {
      await guest.panel.getByRole('button', { name: 'Emoji' }).click()
      await guest.panel.getByRole('button', { name: '😀' }).click()
    }
    for (const [room, after] of [
      [2, MAX_TEXT],
      [1, MAX_TEXT - 1],
    ] as const) {
      await field(guest).fill('x'.repeat(MAX_TEXT - room))
      await insert()
      expect((await field(guest).inputValue()).length).toBe(after)
    }
    await guest.leave()
  })

  it('keeps what is written offline, says so, and delivers it once', async () => {
    const guest = await place.guest()
    await guest.launcher.click()
    await says(guest, 'Before the tunnel')
    const id = await accepted('Before the tunnel')
    await guest.panel.getByRole('heading', { name: 'Sara' }).waitFor()
    place.tunnel.cut()
    await says(guest, 'In the tunnel')
    await log(guest).getByText('Sending').waitFor()
    await guest.panel.getByText('Reconnecting. What you write is kept').waitFor()
    // The shop itself is still there; the panel of its next page is not.
    await guest.page.goto(`${place.shop.origin}/two`)
    place.tunnel.mend()
    await guest.page.goto(place.shop.origin)
    await log(guest).getByText('In the tunnel').waitFor()
    await guest.panel.locator('.delivery.pending').waitFor({ state: 'detached' })
    const { events } = await sara.request('history', { conversationId: id, before: 1_000 })
    const arrived = events.filter((one) => one.type === 'message' && one.payload.text === 'In the tunnel')
    expect(arrived).toHaveLength(1)
    await done(id)
    await guest.leave()
  })

  it('keeps a draft with its caret over a reload', async () => {
    const guest = await place.guest()
    await guest.launcher.click()
    await field(guest).fill('Half a sentence')
    await guest.page.reload()
    await guest.launcher.click()
    await field(guest).waitFor()
    expect(await field(guest).inputValue()).toBe('Half a sentence')
    await guest.leave()
  })

  it('sends a picture and shows it from its own bytes', async () => {
    const guest = await place.guest()
    await guest.launcher.click()
    await guest.panel
      .locator('input[type=file]')
      .setInputFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: await picture() })
    await guest.panel.locator('.staged img').waitFor()
    await field(guest).focus()
    await guest.panel
      .getByRole('button', { name: 'Send' })
      .and(guest.panel.locator(':not([aria-disabled=true])'))
      .waitFor()
    await field(guest).press('Enter')
    const image = guest.panel.getByRole('button', { name: 'Download lamp.png' }).locator('img')
    await image.waitFor()
    expect(await image.getAttribute('src')).toMatch(/^blob:/)
    await done(await accepted('lamp.png'))
    await guest.leave()
  })

  it('keeps a chosen file over a reload, tries again one that failed, and sends when all are up', async () => {
    const guest = await place.guest()
    await guest.launcher.click()
    const choose = (name: string) =>
      guest.panel
        .locator('input[type=file]')
        .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })
    const uploads = '**/api/visitor/attachments*'
    await choose('kept.txt')
    await guest.panel.locator('.staged-one:not(:has(.spinner))').waitFor()
    await guest.page.reload()
    await guest.launcher.click()
    await guest.panel.getByRole('button', { name: 'Remove kept.txt' }).waitFor()
    await guest.page.route(uploads, (route) => route.abort())
    await choose('second.txt')
    await guest.panel.getByRole('button', { name: 'Retry second.txt' }).waitFor()
    let letThrough = (): void => undefined
    const held = new Promise<void>((resolve) => {
      letThrough = resolve
    })
    await guest.page.unroute(uploads)
    await guest.page.route(uploads, (route) => held.then(() => route.continue()))
    await guest.panel.getByRole('button', { name: 'Retry second.txt' }).click()
    await says(guest, 'Both of them')
    await guest.panel.locator('.composer').getByText('Sending').waitFor()
    expect(await log(guest).getByText('Both of them').count()).toBe(0)
    letThrough()
    await log(guest).getByText('Both of them').waitFor()
    for (const name of ['kept.txt', 'second.txt'])
      await log(guest)
        .getByRole('button', { name: `Download ${name}` })
        .waitFor()
    expect(await field(guest).inputValue()).toBe('')
    expect(await guest.panel.locator('.staged').count()).toBe(0)
    await done(await accepted('Both of them'))
    await guest.leave()
  })

  it('leaves the focus beside what somebody took away by keyboard, and never with nothing', async () => {
    const guest = await place.guest()
    await guest.launcher.press('Enter')
    await guest.panel
      .locator('input[type=file]')
      .setInputFiles(['a', 'b'].map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })))
    const remove = (name: string) => guest.panel.getByRole('button', { name: `Remove ${name}` })
    const focused = () =>
      guest.panel.locator('body').evaluate(() => document.activeElement?.getAttribute('aria-label'))
    await remove('a').press('Enter')
    await remove('a').waitFor({ state: 'detached' })
    expect(await focused()).toBe('Remove b')
    await remove('b').press('Enter')
    await remove('b').waitFor({ state: 'detached' })
    expect(await focused()).toBe('Message')
    await guest.leave()
  })

  it('leaves room to write in on a phone, however many files are chosen and however long their names are', async () => {
    const guest = await place.guest({ viewport: { width: 360, height: 640 } })
    // Before there is a panel: what it asks for as it comes up may pass a route that is set then.
    await guest.page.route('**/api/visitor/attachments*', (route) => route.abort())
    await guest.launcher.click()
    const names = Array.from({ length: MAX_FILES }, (_, index) => `${index}${'long-'.repeat(45)}.txt`)
    await guest.panel
      .locator('input[type=file]')
      .setInputFiles(names.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('x') })))
    const retry = guest.panel.getByRole('button', { name: /^Retry/ })
    await retry.nth(MAX_FILES - 1).waitFor()
    await retry.last().focus()
    for (const control of [field(guest), guest.panel.getByRole('button', { name: 'Send' }), retry.last()]) {
      const box = await control.boundingBox()
      expect(box?.y).toBeGreaterThan(0)
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(640)
    }
    const header = await guest.panel.getByRole('button', { name: 'Close chat' }).boundingBox()
    expect(header?.y).toBeGreaterThanOrEqual(0)
    await guest.leave()
  })

  it('ends with a way to take it back, and goes on when written to again', async () => {
    const guest = await place.guest()
    await guest.launcher.click()
    await says(guest, 'Thank you, bye')
    const id = await accepted('Thank you, bye')
    await guest.panel.getByRole('button', { name: 'End chat' }).click()
    await guest.panel.getByRole('button', { name: 'Undo' }).click()
    await guest.panel.getByRole('button', { name: 'End chat' }).click()
    await guest.panel.getByText('You ended this chat').waitFor({ timeout: 12_000 })
    await guest.panel.getByRole('button', { name: 'Write again' }).click()
    expect(await field(guest).evaluate((node) => node === document.activeElement)).toBe(true)
    await says(guest, 'One more thing')
    await guest.panel.getByText('You ended this chat').waitFor({ state: 'detached' })
    expect(await log(guest).getByText('Thank you, bye').count()).toBe(1)
    await accepted('One more thing')
    await done(id)
    await guest.leave()
  })

  it('shows one thread in two tabs, and reads it in both', async () => {
    const guest = await place.guest()
    await guest.launcher.click()
    await says(guest, 'In the first tab')
    const id = await accepted('In the first tab')
    const second = await guest.page.context().newPage()
    await second.goto(`${place.shop.origin}/two`)
    const there: Guest = {
      ...guest,
      page: second,
      panel: second.frameLocator('parley-widget iframe'),
      launcher: second.getByRole('button', { name: 'Chat with us' }),
    }
    await answer(id, 'For both')
    await second.getByRole('button', { name: 'Chat with us, 1 unread' }).click()
    await log(there).getByText('In the first tab').waitFor()
    await says(there, 'In the second tab')
    await log(guest).getByText('In the second tab').waitFor()
    await guest.page.getByRole('button', { name: 'Chat with us', exact: true }).waitFor()
    expect(await log(there).getByText('In the second tab').count()).toBe(1)
    await done(id)
    await guest.leave()
  })

  it('gives a person whom the shop has signed their conversation on another device', async () => {
    const signature = createHmac('sha256', place.secret).update('customer 7').digest('hex')
    const signIn = (guest: Guest) =>
      guest.page.evaluate((known) => window.Parley?.queue.push(['identify', known]), {
        id: 'customer 7',
        name: 'Mina',
        signature,
      })
    const phone = await place.guest()
    await phone.launcher.click()
    await signIn(phone)
    await says(phone, 'From the phone')
    const id = await accepted('From the phone')
    const laptop = await place.guest()
    await laptop.launcher.click()
    await signIn(laptop)
    await log(laptop).getByText('From the phone').waitFor()
    await says(laptop, 'From the laptop')
    await log(phone).getByText('From the laptop').waitFor()
    await done(id)
    await phone.leave()
    await laptop.leave()
  })

  describe('of somebody who leaves the browser to others', () => {
    const call = (guest: Guest, ...words: [string, ...unknown[]]) =>
      guest.page.evaluate((all) => window.Parley?.queue.push(all), words)
    const signed = (id: string) => ({
      ...{ id, name: id },
      signature: createHmac('sha256', place.secret).update(id).digest('hex'),
    })
    const named = (guest: Guest, id: string) => {
      const answer = guest.page.waitForResponse((one) => one.url().endsWith('/api/visitor/identify'))
      return Promise.all([answer, call(guest, 'identify', signed(id))])
    }
    /** Names and values of all that the panel keeps. */
    const kept = (guest: Guest) => guest.frame().evaluate(() => JSON.stringify({ ...localStorage }))
    const shutDown = async (guest: Guest) => {
      await call(guest, 'shutdown')
      await guest.page.locator('parley-widget').waitFor({ state: 'detached' })
    }

    it('forgets draft, unsent messages and session at shutdown, whatever is on its way', async () => {
      const guest = await place.guest()
      await guest.launcher.click()
      await guest.panel.getByText('Here now').waitFor()
      place.tunnel.cut()
      await says(guest, 'Never delivered')
      await log(guest).getByText('Sending').waitFor()
      await field(guest).fill('Half a secret')
      expect(await kept(guest)).toMatch(/Never delivered.*Half a secret|Half a secret.*Never delivered/)
      await shutDown(guest)
      place.tunnel.mend()
      await guest.page.reload()
      await guest.launcher.click()
      await guest.panel.getByText('Here now').waitFor()
      expect(await field(guest).inputValue()).toBe('')
      expect(await log(guest).getByText('Never delivered').count()).toBe(0)
      expect(await kept(guest)).not.toMatch(/Never delivered|Half a secret/)
      await guest.leave()
    })

    it('forgets at shutdown on a page that has not loaded the panel, too', async () => {
      const guest = await place.guest()
      await guest.launcher.click()
      await field(guest).fill('Half a secret')
      await guest.page.reload()
      await guest.launcher.waitFor()
      expect(await guest.page.locator('parley-widget iframe').count()).toBe(0)
      await shutDown(guest)
      await guest.page.reload()
      await guest.launcher.click()
      await field(guest).waitFor()
      expect(await field(guest).inputValue()).toBe('')
      await guest.leave()
    })

    it('keeps what a stranger writes who is named, and drops it for the next who is', async () => {
      const guest = await place.guest()
      await guest.launcher.click()
      await field(guest).fill('Half a secret')
      await named(guest, 'customer A')
      await guest.panel.getByText('Here now').waitFor()
      expect(await field(guest).inputValue()).toBe('Half a secret')
      await named(guest, 'customer B')
      await until(async () => (await field(guest).inputValue()) === '')
      expect(await kept(guest)).not.toContain('Half a secret')
      await guest.leave()
    })
  })

  it('leaves no socket behind when the page goes', async () => {
    const guest = await place.guest()
    await guest.launcher.click()
    await field(guest).waitFor()
    await guest.panel.getByText('Here now').waitFor()
    expect(guest.sockets.open).toBe(1)
    await guest
      .frame()
      .evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
    await until(() => guest.sockets.open === 0)
    await guest
      .frame()
      .evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await until(() => guest.sockets.open === 1)
    await guest.leave()
  })

  it.each(['en', 'fa', 'ru'] as const)('has nothing for axe to find in %s, light and dark', async (lang) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const guest = await place.guest({ lang, colorScheme })
      await guest.launcher.click()
      const text = guest.panel.getByRole('textbox')
      await text.waitFor()
      await guest.panel.locator('.welcome p:not(.bones)').waitFor()
      const found = await check(guest, 'welcome')
      await text.fill(`Hello in ${lang} ${colorScheme}`)
      await text.press('Enter')
      const id = await accepted(`Hello in ${lang} ${colorScheme}`)
      await answer(id, 'Good day, see https://shop.example')
      await log(guest).getByRole('link').waitFor()
      found.push(...(await check(guest, 'talk')))
      await done(id)
      await guest.panel.locator('.standing button').waitFor()
      found.push(...(await check(guest, 'ended')))
      expect(found).toEqual([])
      await guest.leave()
    }
  })

  async function check(guest: Guest, state: string): Promise<string[]> {
    const frame: Frame = guest.frame()
    return (await faults(frame)).map((one) => `${state}: ${one}`)
  }
})

/** Looks again at each turn of the loop; the test's own time limit ends it. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}
