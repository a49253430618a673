/** What staff see on the smallest phones, in every language: nothing covers the page, is cut off, or has to be scrolled sideways. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
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
}, 150_000)
afterAll(async () => {
  await Promise.all((processes ?? []).map((one) => one.close()))
  await stage?.stop()
}, 90_000)

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
})
