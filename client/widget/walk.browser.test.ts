import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { Parley } from './parley.d.ts'
import { type Guest, openPlace, type Place } from './testing/place.ts'

declare global {
  interface Window {
    inView?: DocumentVisibilityState
  }
}

type Agent = Awaited<ReturnType<Place['app']['staff']>>

// Real browsers on a machine that may be busy with others.
jest.setTimeout(90_000)

describe('an agent', () => {
  let place: Place
  let sara: Agent
  beforeAll(async () => {
    place = await openPlace()
    sara = await place.app.staff('Sara')
  }, 120_000)
  beforeEach(() => sara.request('status.set', { status: 'available' }))
  afterAll(() => place.close())

  const log = ({ panel }: Guest) => panel.getByRole('log')

  /** A visitor who wrote `text` on the shop's first page, and their conversation, accepted by Sara. */
  async function begun(text: string, options: Parameters<Place['guest']>[0] = {}) {
    const guest = await place.guest(options)
    await (options.hasTouch ? guest.launcher.tap() : guest.launcher.click())
    const field = guest.panel.getByRole('textbox', { name: 'Message' })
    await field.fill(text)
    await field.press('Enter')
    const offer = await sara.push('offer', (one) => one.lastText === text)
    const { conversationId: id } = await sara.request('offer.accept', { offerId: offer.offerId })
    await guest.panel.getByRole('heading', { name: 'Sara' }).waitFor()
    // She looks at it.
    await sara.request('resume', { conversationId: id })
    return { guest, id }
  }
  /** Where the visitor has been, the newest first. */
  const trail = async (conversationId: string) => {
    const { pages } = await sara.request('visitor.about', { conversationId })
    return pages.map(({ url, title }) => `${url.replace(place.shop.origin, '')} ${title}`)
  }
  const language = async (conversationId: string) => {
    const row = await place.app.db
      .selectFrom('conversation')
      .innerJoin('visitor', 'visitor.id', 'conversation.visitor_id')
      .select('visitor.locale')
      .where('conversation.id', '=', conversationId)
      .executeTakeFirstOrThrow()
    return row.locale
  }
  const viewed = (conversationId: string, path: string) =>
    sara.push('events', (one) => {
      const is = (url: string) => url === `${place.shop.origin}${path}`
      return (
        one.conversationId === conversationId &&
        one.events.some((event) => event.type === 'pageViewed' && is(event.payload.url))
      )
    })

  it('sees each page that the visitor loads, once, and in which language they are', async () => {
    const { guest, id } = await begun('On the way')
    await guest.page.goto(`${place.shop.origin}/two`)
    await viewed(id, '/two')
    await guest.page.reload()
    await log(guest).getByText('On the way').waitFor()
    await guest.page.evaluate(() => (window.Parley as Parley).setLocale('ru'))
    while ((await language(id)) !== 'ru') await new Promise((resolve) => setTimeout(resolve, 100))
    // In English again.
    await guest.page.goto(`${place.shop.origin}/three`)
    await viewed(id, '/three')
    expect(await language(id)).toBe('en')
    expect(await trail(id)).toEqual(['/three Shop, three', '/two Shop, two', '/ Shop, one'])
    await sara.request('conversation.end', { conversationId: id })
    await guest.leave()
  })

  it('sees the page that the shop went on to while the panel was loading', async () => {
    const { guest, id } = await begun('In a hurry')
    const held: (() => void)[] = []
    await guest.page.route('**/widget/panel?**', async (route) => {
      await new Promise<void>((resolve) => held.push(resolve))
      await route.continue()
    })
    const asked = guest.page.waitForRequest('**/widget/panel?**')
    await guest.page.goto(`${place.shop.origin}/two`, { waitUntil: 'commit' })
    await asked
    // The launcher tells it 0.3 s later, when nobody hears it yet.
    await guest.page.evaluate(
      () =>
        new Promise<void>((told) => {
          const later = window.setTimeout
          const heard = (tell: () => void, ms?: number) => {
            window.setTimeout = later
            return later(() => (tell(), told()), ms)
          }
          window.setTimeout = Object.assign(heard, later)
          history.pushState(null, '', '/faster')
        }),
    )
    for (const go of held) go()
    await viewed(id, '/faster')
    expect((await trail(id))[0]).toBe('/faster Shop, two')
    await sara.request('conversation.end', { conversationId: id })
    await guest.leave()
  })

  it('sees of several tabs the page that the visitor looks at', async () => {
    const { guest, id } = await begun('Two at a time')
    const second = await guest.page.context().newPage()
    // Of a browser without a screen every page is in view.
    await second.addInitScript(() => {
      Object.defineProperty(document, 'visibilityState', { get: () => window.inView ?? 'hidden' })
    })
    await second.goto(`${place.shop.origin}/behind`)
    const frame = second.frameLocator('parley-widget iframe')
    await second.getByRole('button', { name: 'Chat with us' }).click()
    await frame.getByRole('log').getByText('Two at a time').waitFor()
    await guest.page.evaluate(() => history.pushState(null, '', '/ahead'))
    await viewed(id, '/ahead')
    expect(await trail(id)).toEqual(['/ahead Shop, one', '/ Shop, one'])
    const panel = second.frames().find((one) => one.url().includes('/widget/panel'))
    await panel?.evaluate(() => {
      window.inView = 'visible'
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await viewed(id, '/behind')
    await sara.request('conversation.end', { conversationId: id })
    await guest.leave()
  })

  const look = { hasTouch: true, isMobile: true }
  const phone = { ...look, viewport: { width: 390, height: 844 } }
  const tablet = { ...look, viewport: { width: 820, height: 1_180 } }
  const taps = ({ page }: Guest) => page.getByRole('button', { name: 'Chat with us, 1 unread' }).tap()
  it.each([
    ['taps the button on a phone', phone, taps],
    ['taps the button on a tablet', tablet, taps],
    [
      'is asked for a call on a phone',
      phone,
      (_: Guest, conversationId: string) => sara.request('call.ask', { conversationId, media: 'voice' }),
    ],
  ])('sees what a visitor has read who %s, and tapped nothing in the panel', async (how, options, opens) => {
    const { guest, id } = await begun(how, options)
    // Where they wrote had the focus; a page that has just been loaded has it nowhere.
    await guest.panel.getByRole('button', { name: 'Close chat' }).tap()
    await guest.page.goto(`${place.shop.origin}/two`)
    const { seq } = await sara.request('message.send', {
      ...{ conversationId: id, clientId: crypto.randomUUID(), text: 'Here it is', attachments: [] },
    })
    await guest.page.getByRole('button', { name: 'Chat with us, 1 unread' }).waitFor()
    await opens(guest, id)
    await log(guest).getByText('Here it is').waitFor()
    await sara.push('marks', (one) => one.conversationId === id && one.marks.visitor.read >= seq)
    // No field has it, which would bring up the keyboard.
    expect(await guest.frame().evaluate(() => document.activeElement?.localName)).toBe('body')
    await guest.panel.getByRole('button', { name: 'Close chat' }).tap()
    await guest.page.getByRole('button', { name: 'Chat with us', exact: true }).waitFor()
    await sara.request('conversation.end', { conversationId: id })
    await guest.leave()
  })
})
