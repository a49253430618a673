import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { type Guest, openPlace, type Place } from './testing/place.ts'

type Agent = Awaited<ReturnType<Place['app']['staff']>>

// Real browsers on a machine that may be busy with others.
jest.setTimeout(90_000)

describe('a part of the panel that cannot be fetched', () => {
  let place: Place
  let sara: Agent
  beforeAll(async () => {
    place = await openPlace()
    sara = await place.app.staff('Sara')
  }, 120_000)
  beforeEach(() => sara.request('status.set', { status: 'available' }))
  afterAll(() => place.close())

  const missing = ({ panel }: Guest) => panel.getByText('A part of this page could not be loaded.')
  const lose = (guest: Guest, file: string) =>
    guest.page.route(`**/assets/panel/${file}`, (route) => route.abort())

  /** A visitor in a conversation with Sara, who has not needed anything of calls yet. */
  async function talking(text: string): Promise<{ guest: Guest; conversationId: string }> {
    const guest = await place.guest()
    await guest.launcher.click()
    const field = guest.panel.getByRole('textbox', { name: 'Message' })
    await field.fill(text)
    await field.press('Enter')
    const offer = await sara.push('offer', (one) => one.lastText === text)
    const { conversationId } = await sara.request('offer.accept', { offerId: offer.offerId })
    await guest.panel.getByRole('heading', { name: 'Sara' }).waitFor()
    return { guest, conversationId }
  }

  it('leaves an incoming call that can be answered as soon as it is there', async () => {
    const { guest, conversationId } = await talking('Can you call me?')
    await lose(guest, 'call-parts*')
    await sara.request('call.ask', { conversationId, media: 'voice' })
    await missing(guest).waitFor()
    await guest.page.unroute('**/assets/panel/call-parts*')
    await guest.panel.getByRole('button', { name: 'Try again' }).click()
    const question = guest.panel.getByRole('region', { name: 'Sara' })
    await question.getByRole('button', { name: 'Accept' }).click()
    await question.getByRole('button', { name: 'Agree' }).waitFor()
    expect(await missing(guest).count()).toBe(0)
    await guest.leave()
    await sara.request('conversation.end', { conversationId })
  })

  it('comes by itself when the line is back', async () => {
    const { guest, conversationId } = await talking('Then call me now')
    await lose(guest, 'call-parts*')
    await lose(guest, 'en-*')
    await sara.request('call.ask', { conversationId, media: 'voice' })
    await missing(guest).waitFor()
    place.tunnel.cut()
    await guest.panel.getByText('Reconnecting.').waitFor()
    expect(await missing(guest).count()).toBe(0)
    await guest.page.unroute('**/assets/panel/call-parts*')
    await guest.page.unroute('**/assets/panel/en-*')
    place.tunnel.mend()
    await guest.panel.getByRole('region', { name: 'Sara' }).getByRole('button', { name: 'Accept' }).waitFor()
    await guest.leave()
    await sara.request('conversation.end', { conversationId })
  })

  it('does not leave the panel empty where it is its words', async () => {
    const guest = await place.guest()
    await lose(guest, 'en-*')
    const lost = guest.page.waitForEvent('requestfailed', (one) => one.url().includes('/assets/panel/en-'))
    await guest.launcher.click()
    await lost
    await guest.page.unroute('**/assets/panel/en-*')
    await guest.panel.getByRole('textbox', { name: 'Message' }).waitFor()
    await guest.leave()
  })
})
