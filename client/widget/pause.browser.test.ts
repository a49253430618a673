import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { sql } from 'kysely'
import { until } from '../../sfu/testing/until.ts'
import { type Guest, openPlace, type Place } from './testing/place.ts'

// Real browsers on a machine that may be busy with others.
jest.setTimeout(90_000)

type Told = { type: string; why: string }

describe('a page that must not be recorded', () => {
  let place: Place
  let sara: Awaited<ReturnType<Place['app']['staff']>>
  beforeAll(async () => {
    place = await openPlace()
    await sql`update site set recording = '{"pausePages": ["/checkout/*"]}'`.execute(place.app.db)
    sara = await place.app.staff('Sara')
    await sara.request('status.set', { status: 'available' })
  }, 120_000)
  afterAll(() => place.close())

  let visits = 0

  /** A visitor in a conversation in which Sara has asked for a call. */
  async function asked(): Promise<{
    guest: Guest
    told: () => Promise<string[]>
    end: () => Promise<unknown>
  }> {
    const text = `I want to pay ${visits++}`
    const guest = await place.guest()
    await guest.launcher.click()
    const field = guest.panel.getByRole('textbox', { name: 'Message' })
    await field.fill(text)
    await field.press('Enter')
    const offer = await sara.push('offer', (one) => one.lastText === text)
    const { conversationId } = await sara.request('offer.accept', { offerId: offer.offerId })
    await sara.request('call.ask', { conversationId, media: 'voice' })
    await guest.panel.getByRole('button', { name: 'Accept' }).waitFor()
    return {
      guest,
      async told() {
        const { rows } = await sql<Told>`select type, payload->>'why' as why from conversation_event
          where conversation_id = ${conversationId} and type in ('recordingPaused', 'recordingResumed')
          order by seq`.execute(place.app.db)
        return rows.map(({ type, why }) => `${type} ${why}`)
      },
      async end() {
        await sara.request('conversation.end', { conversationId })
        await guest.leave()
      },
    }
  }

  it('pauses while its form is open, from before that is shown, and until the page is left', async () => {
    const { guest, told, end } = await asked()
    await guest.page.evaluate(() => (window.Parley as { pauseRecording(): Promise<void> }).pauseRecording())
    expect(await told()).toEqual(['recordingPaused form'])
    await guest.page.evaluate(() => (window.Parley as { resumeRecording(): void }).resumeRecording())
    await until(async () => (await told()).at(-1) === 'recordingResumed form', 5_000, 'resumed')
    await guest.page.evaluate(() => (window.Parley as { pauseRecording(): Promise<void> }).pauseRecording())
    await guest.page.goto(`${place.shop.origin}/two`)
    await until(async () => (await told()).length === 4, 15_000, 'the form gone with its page')
    expect((await told()).at(-1)).toBe('recordingResumed form')
    await end()
  })

  it('pauses while an address of the site’s list is open, however it was reached', async () => {
    const { guest, told, end } = await asked()
    await guest.page.evaluate(() => history.pushState({}, '', '/checkout/card'))
    await until(async () => (await told()).length === 1, 5_000, 'paused')
    await guest.page.evaluate(() => history.pushState({}, '', '/basket'))
    await until(async () => (await told()).length === 2, 5_000, 'resumed')
    await guest.page.goto(`${place.shop.origin}/checkout/card`)
    await until(async () => (await told()).length === 3, 15_000, 'paused again')
    await guest.page.goto(`${place.shop.origin}/checkout/bank`)
    await guest.panel.getByRole('button', { name: 'Accept' }).waitFor()
    await guest.page.goto(`${place.shop.origin}/two`)
    await until(async () => (await told()).length === 4, 15_000, 'resumed again')
    const pair = ['recordingPaused page', 'recordingResumed page']
    expect(await told()).toEqual([...pair, ...pair])
    await end()
  })

  it('needs nothing where no call runs', async () => {
    const guest = await place.guest()
    await guest.page.waitForFunction(() => 'pauseRecording' in (window.Parley ?? {}))
    await guest.page.evaluate(() => (window.Parley as { pauseRecording(): Promise<void> }).pauseRecording())
    await guest.launcher.click()
    await guest.panel.getByRole('textbox', { name: 'Message' }).waitFor()
    await guest.page.evaluate(() => (window.Parley as { pauseRecording(): Promise<void> }).pauseRecording())
    await guest.leave()
  })
})
