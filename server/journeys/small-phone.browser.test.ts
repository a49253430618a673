/** What staff see on the smallest phones, in every language: nothing covers the page, is cut off, or has to be scrolled sideways. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import type { Page } from 'playwright-core'
import { LOCALES, type Locale, words } from '../../scripts/screens/look.ts'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { reads } from './testing/review-desk.ts'
import { eventually, journey, openStage, type Stage } from './testing/stage.ts'
import { beginChat, say } from './testing/talk.ts'

/** The desk looks for alerts each 15 s. */
const LOOKED_MS = 30_000

let stage: Stage
let processes: Process[]
let sara: Person
let vera: Person

beforeAll(async () => {
  stage = await openStage()
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [shop, desk] = processes as [Process, Process]
  sara = await openDesk(desk.browser, stage.stack, 'Sara')
  vera = await openDesk(desk.browser, stage.stack, 'Vera')
  await beginChat(await openShop(shop.browser, stage.stack), sara)
  await sara.button('Away').click()
  const waiting = await openShop(shop.browser, stage.stack)
  await waiting.launcher().click()
  await say(waiting, 'Is anybody there?')
  await vera.page.getByRole('list', { name: 'Waiting' }).getByText('Is anybody there?').waitFor()
  for (const { page } of [sara, vera]) await inHand(page)
}, 150_000)
afterAll(async () => {
  await Promise.all((processes ?? []).map((one) => one.close()))
  await stage?.stop()
}, 90_000)

/** Touched with fingers, which need larger targets. */
async function inHand(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setTouchEmulationEnabled', { enabled: true })
}

const everyPhone = LOCALES.flatMap((locale) => [320, 390].map((width) => ({ locale, width })))

/** The same page in that language on that phone. */
async function open({ page }: Person, place: string, locale: Locale, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 640 })
  await reads(page, stage.stack.url, locale)
  await page.goto(place)
  await page.locator(`html[lang="${locale}"]`).waitFor()
}

describe('on a small phone', () => {
  const step = journey()

  step('two lines of news are in view; one that gave way to a newer one is back after it', async () => {
    const { page } = vera
    await page.setViewportSize({ width: 390, height: 844 })
    const lines = page.locator('.toasts > *')
    const inView = () =>
      lines.evaluateAll((all) =>
        all.flatMap((line) => {
          const { left, top, width, height } = line.getBoundingClientRect()
          const there = document.elementFromPoint(left + width / 2, top + height / 2)
          return line.contains(there) ? [line.textContent ?? ''] : []
        }),
      )
    const seen = (...wanted: RegExp[]) => {
      const look = async () => {
        const found = await inView()
        return found.length === wanted.length && wanted.every((one, at) => one.test(found[at] ?? ''))
      }
      return eventually(`in view: ${wanted.join()}`, look, LOOKED_MS)
    }
    // Both at once, so that both are told at the next look.
    await stage.rows(
      `with served as (update contact set queued_at = queued_at - interval '5 minutes')
        update conversation set waiting_since = waiting_since - interval '5 minutes'
        where waiting_since is not null returning id`,
    )
    const [wait, service, mention] = [/waits longer/, /too few were answered/, /has mentioned you/]
    await seen(wait, service)
    await sara.button('Add note').click()
    const field = sara.field('Note')
    await field.pressSequentially('@ver')
    await field.press('Enter')
    await field.pressSequentially('look, please')
    await field.press('Enter')
    await seen(service, mention)
    // Nobody who listens misses it meanwhile.
    expect(await page.getByRole('status').filter({ hasText: wait }).count()).toBe(1)
    await seen(wait, service)
    await sara.button('Reply').click()
  })

  step('the head of a conversation takes two rows; news stands above the field or the places', async () => {
    const place = sara.page.url()
    for (const { locale, width } of everyPhone) {
      await open(sara, place, locale, width)
      const end = sara.page.getByRole('button', { name: words(locale)('desk.end'), exact: true })
      await end.waitFor()
      const head = sara.page.locator('.conversation-head')
      const middles = await head.evaluate(({ children }) =>
        [...children]
          .map((one) => one.getBoundingClientRect())
          .filter(({ height }) => height > 0)
          .map(({ top, height }) => Math.round((top + height / 2) / 10)),
      )
      expect([locale, width, new Set(middles).size]).toEqual([locale, width, 2])
      for (const one of await head.getByRole('button').all()) {
        const { x, width: wide, height } = (await one.boundingBox()) ?? { x: -1, width: 0, height: 0 }
        expect(x).toBeGreaterThanOrEqual(0)
        expect(x + wide).toBeLessThanOrEqual(width)
        expect(Math.min(wide, height)).toBeGreaterThanOrEqual(40)
      }
      await end.click()
      const undo = sara.page.getByRole('button', { name: words(locale)('common.undo'), exact: true })
      for (const across of [1440, width]) {
        await sara.page.setViewportSize({ width: across, height: 640 })
        const line = (await sara.page.locator('.toast').boundingBox()) ?? { y: 0, height: 0 }
        const field = (await sara.page.locator('.composer').boundingBox()) ?? { y: 0 }
        expect([across, field.y - line.y - line.height > 0]).toEqual([across, true])
      }
      await sara.page.getByRole('link', { name: words(locale)('desk.inbox'), exact: true }).click()
      await sara.page.locator('.composer').waitFor({ state: 'detached' })
      const places = (await sara.page.locator('.rail').boundingBox()) ?? { y: 0 }
      const below = (await sara.page.locator('.toast').boundingBox()) ?? { y: 0, height: 0 }
      const apart = places.y - below.y - below.height
      expect([locale, width, apart > 0 && apart < 32]).toEqual([locale, width, true])
      await undo.click()
    }
  })

  step('the board has its queues whole, and still as a table for whoever listens', async () => {
    const { page } = vera
    const devtools = await page.context().newCDPSession(page)
    for (const { locale, width } of everyPhone) {
      await open(vera, `${stage.stack.url}/desk/board`, locale, width)
      const t = words(locale)
      const row = page.getByRole('row', { name: t('team.everybodysQueue') })
      await row.getByText(t('team.abandonedToday'), { exact: true }).waitFor()
      const wide = await page.evaluate(() =>
        ['html', 'main', '.board-scroll'].map((one) => {
          const { scrollWidth = 0, clientWidth = 0 } = document.querySelector(one) ?? {}
          return scrollWidth - clientWidth
        }),
      )
      expect([locale, width, ...wide]).toEqual([locale, width, 0, 0, 0])
      // What the browser gives to screen readers, which depends on how it is laid out.
      const { nodes } = await devtools.send('Accessibility.getFullAXTree')
      const told = (role: string) =>
        nodes.filter((node) => !node.ignored && node.role?.value === role).map(({ name }) => name?.value)
      expect([told('columnheader').length, told('rowheader').length, told('cell').length]).toEqual([7, 1, 6])
    }
  })

  step('news leaves what saves and discards a form in reach', async () => {
    const dana = await openDesk((processes[1] as Process).browser, stage.stack, 'Dana')
    const { page } = dana
    await page.goto(`${stage.stack.url}/desk/settings/queues/new`)
    await dana.field('Name').fill('Sales')
    await dana.button('Save').click()
    await dana.button('Remove').waitFor()
    const place = page.url()
    for (const [at, { locale, width }] of everyPhone.entries()) {
      await open(dana, place, locale, width)
      const t = words(locale)
      const priority = page.getByRole('spinbutton', { name: t('admin.priority'), exact: true })
      await priority.fill(String(at + 2))
      await page.getByRole('button', { name: t('admin.save'), exact: true }).click()
      const saved = page.locator('.toast')
      await saved.waitFor()
      await priority.fill('1')
      await page.getByRole('button', { name: t('admin.discard'), exact: true }).waitFor()
      const line = (await saved.boundingBox()) ?? { y: 0, height: 0 }
      const acts = (await page.locator('.editor-acts').boundingBox()) ?? { y: 0 }
      expect([locale, width, acts.y - line.y - line.height > 0]).toEqual([locale, width, true])
    }
  })
})
