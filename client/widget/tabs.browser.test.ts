import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { Page } from 'playwright-core'
import { type Guest, openPlace, type Place } from './testing/place.ts'

type Agent = Awaited<ReturnType<Place['app']['staff']>>

// Real browsers on a machine that may be busy with others.
jest.setTimeout(90_000)

describe('two tabs of one visitor', () => {
  let place: Place
  let sara: Agent
  beforeAll(async () => {
    place = await openPlace()
    sara = await place.app.staff('Sara')
  }, 120_000)
  let guest: Guest | null = null
  beforeEach(() => sara.request('status.set', { status: 'available' }))
  afterEach(async () => {
    await guest?.leave()
    await sockets(0)
  })
  afterAll(() => place.close())

  const log = ({ panel }: Guest) => panel.getByRole('log')
  const field = ({ panel }: Guest) => panel.getByRole('textbox', { name: 'Message' })
  const says = async (guest: Guest, text: string) => {
    await field(guest).fill(text)
    await field(guest).press('Enter')
  }
  const answer = (conversationId: string, text: string) =>
    sara.request('message.send', { conversationId, clientId: crypto.randomUUID(), text, attachments: [] })
  const sockets = (count: number) => until(() => place.tunnel.sockets() === count)

  const at = (page: Page): Guest => ({
    sockets: { opened: [], open: 0 },
    page,
    panel: page.frameLocator('parley-widget iframe'),
    launcher: page.getByRole('button', { name: 'Chat with us' }),
    frame: () => page.frames().find((one) => one.url().includes('/widget/panel')) ?? page.mainFrame(),
    leave: () => page.close(),
  })

  /** A visitor who wrote `text` and was answered by Sara, with a second tab open. */
  async function twoTabs(text: string): Promise<{ first: Guest; second: Guest; id: string }> {
    const first = await place.guest()
    guest = first
    await first.launcher.click()
    await says(first, text)
    const offer = await sara.push('offer', (one) => one.lastText === text)
    const { conversationId: id } = await sara.request('offer.accept', { offerId: offer.offerId })
    const page = await first.page.context().newPage()
    page.setDefaultTimeout(60_000)
    await page.goto(`${place.shop.origin}/two`)
    const second = at(page)
    await second.launcher.click()
    await log(second).getByText(text).waitFor()
    return { first, second, id }
  }

  /** What the visitor said, as the log has it. */
  async function said(conversationId: string): Promise<string[]> {
    const { events } = await sara.request('history', { conversationId, before: 1_000 })
    return events.flatMap((one) =>
      one.type === 'message' && one.actor.kind === 'visitor' ? [one.payload.text] : [],
    )
  }
  const bubbles = async (guest: Guest, mark: string) =>
    (await log(guest).getByText(mark).allInnerTexts()).map((text) => text.trim())

  it('use one socket, show one thread in order, and agree on typing and on what is unread', async () => {
    const { first, second, id } = await twoTabs('one: first')
    await sockets(1)
    await says(second, 'one: second')
    await log(first).getByText('one: second').waitFor()
    await says(first, 'one: third')
    await log(second).getByText('one: third').waitFor()
    const order = ['one: first', 'one: second', 'one: third']
    expect(await bubbles(first, 'one:')).toEqual(order)
    expect(await bubbles(second, 'one:')).toEqual(order)
    expect(await said(id)).toEqual(order)

    await sara.request('resume', { conversationId: id })
    await field(second).pressSequentially('Well')
    await sara.push('typing', (one) => one.conversationId === id && one.on)
    await sara.request('typing', { conversationId: id, on: true })
    for (const tab of [first, second]) await tab.panel.getByText('Sara is typing').waitFor()

    for (const tab of [first, second]) await tab.panel.getByRole('button', { name: 'Close chat' }).click()
    await answer(id, 'Are you there?')
    const unread = 'Chat with us, 1 unread'
    await first.page.getByRole('button', { name: unread }).waitFor()
    await second.page.getByRole('button', { name: unread }).click()
    await first.page.getByRole('button', { name: 'Chat with us', exact: true }).waitFor()
    expect(place.tunnel.sockets()).toBe(1)
    await sara.request('conversation.end', { conversationId: id })
  })

  it.each([
    ['is closed', ({ page }: Guest) => page.close()],
    ['dies', die],
  ])('lose and double nothing when the one with the socket %s', async (how, end) => {
    const { first, second, id } = await twoTabs(`${how}: 0`)
    await sockets(1)
    for (const n of [1, 2, 3]) await says(second, `${how}: ${n}`)
    await end(first)
    for (const n of [4, 5, 6]) await says(second, `${how}: ${n}`)
    await second.panel.locator('.delivery.pending').waitFor({ state: 'detached' })
    await answer(id, `${how}: heard`)
    await log(second).getByText(`${how}: heard`).waitFor()
    const order = Array.from({ length: 7 }, (_, n) => `${how}: ${n}`)
    expect(await said(id)).toEqual(order)
    expect(await bubbles(second, `${how}:`)).toEqual([...order, `${how}: heard`])
    await sockets(1)
    await sara.request('conversation.end', { conversationId: id })
  })

  it('go on when the one with the socket sleeps and does not answer', async () => {
    const { first, second, id } = await twoTabs('Asleep')
    await sleep(first)
    await second.frame().evaluate(() => window.dispatchEvent(new Event('online')))
    await says(second, 'Awake')
    await until(async () => (await said(id)).length === 2)
    await second.panel.locator('.delivery.pending').waitFor({ state: 'detached' })
    expect(await said(id)).toEqual(['Asleep', 'Awake'])
    await answer(id, 'Good morning')
    await log(second).getByText('Good morning').waitFor()
    await sara.request('conversation.end', { conversationId: id })
  })
})

/** The page ends without a word: nothing of Parley's hears that it goes. */
async function die({ page, frame }: Guest): Promise<void> {
  await frame().evaluate(() => {
    for (const name of ['pagehide', 'unload', 'visibilitychange'])
      window.addEventListener(name, (event) => event.stopImmediatePropagation(), { capture: true })
  })
  await page.close()
}

/** The page hears, and nobody hears it: as one that the system has put to sleep. */
const sleep = ({ frame }: Guest): Promise<void> =>
  frame().evaluate(() => {
    WebSocket.prototype.send = () => undefined
    BroadcastChannel.prototype.postMessage = () => undefined
  })

/** Looks again and again, no more often than the server's limits allow; the test's own time limit ends it. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 200))
}
