/** Parts of the pages that cannot be fetched when they are wanted, while two people talk. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import { CONTRACT_VERSION } from '../contract/limits.ts'
import { openDesk, openGuest, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { journey, openStage, type Stage } from './testing/stage.ts'
import { beginCall, beginChat, bothHear, hears } from './testing/talk.ts'

let stage: Stage
let processes: Process[]
let visitor: Person
let sara: Person

beforeAll(async () => {
  stage = await openStage()
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [one, other] = processes as [Process, Process]
  visitor = await openShop(one.browser, stage.stack)
  sara = await openDesk(other.browser, stage.stack, 'Sara')
  await beginChat(visitor, sara)
}, 200_000)
afterAll(async () => {
  await Promise.all(processes?.map((one) => one.close()) ?? [])
  await stage?.stop()
}, 90_000)

const ASSETS = '**/assets/**'
const lose = ({ context }: Person) => context.route(ASSETS, (route) => route.abort())
const find = ({ context }: Person) => context.unroute(ASSETS)
const missing = ({ page }: Person) =>
  page.getByText('A part of this page could not be loaded.').filter({ visible: true })
const place = (name: string) => sara.page.getByRole('link', { name, exact: true })
const heading = (name: string) => sara.page.getByRole('heading', { name, exact: true })

describe('a page of the desk whose code cannot be had', () => {
  const step = journey()

  step('says so in its place, and the call goes on', async () => {
    await beginCall(visitor, sara)
    await lose(sara)
    await place('Devices').click()
    await missing(sara).waitFor()
    await bothHear(visitor, sara, Date.now())
    await place('Inbox').click()
    await sara.button('Hang up').waitFor()
  })

  step('is there after Try again', async () => {
    await place('Devices').click()
    await missing(sara).waitFor()
    await find(sara)
    await sara.button('Try again').click()
    await heading('Devices').waitFor()
    await missing(sara).waitFor({ state: 'detached' })
  })

  step('comes by itself when the line is back', async () => {
    await lose(sara)
    await place('Reviews').click()
    await missing(sara).waitFor()
    await find(sara)
    await sara.page.evaluate(() => window.dispatchEvent(new Event('online')))
    await heading('Reviews').waitFor()
    await bothHear(visitor, sara, Date.now())
  })
})

describe('a page of the desk that breaks', () => {
  const step = journey()
  const DAY = '**/api/desk/people/*/day?*'

  step('leaves the desk and the call as they are, and is there after Try again', async () => {
    await place('Inbox').click()
    // An answer that no server gives.
    await sara.page.route(DAY, (route) => route.fulfill({ json: { person: {}, shift: {} } }))
    await sara.page.getByRole('link', { name: 'My day' }).click()
    await heading('This page could not be shown').waitFor()
    await bothHear(visitor, sara, Date.now())
    await sara.page.unroute(DAY)
    await sara.button('Try again').click()
    await heading('My day').waitFor()
    await bothHear(visitor, sara, Date.now())
  })
})

/** From then on, until it is loaded anew, what the page says is of a contract older than the server's. */
async function ages({ page }: Person): Promise<{ old(): void; loads(): number }> {
  let old = false
  let loads = 0
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer()
    const [now, before] = [CONTRACT_VERSION, CONTRACT_VERSION - 1].map((one) => `"contract":${one}`)
    socket.onMessage((text) => server.send(old ? String(text).replace(now ?? '', before ?? '') : text))
  })
  const here = page.url()
  await page.goto('about:blank')
  await page.goto(here)
  page.on('framenavigated', () => {
    old = false
    loads += 1
  })
  return {
    old() {
      old = true
    },
    loads: () => loads,
  }
}

describe('pages in a call over an upgrade', () => {
  const step = journey()
  let guest: Person

  step(
    'say so, leave the call as it is, and are back in it when they are loaded anew',
    async () => {
      await place('Inbox').click()
      await sara.page
        .getByRole('list', { name: 'Conversations', exact: true })
        .getByRole('link')
        .first()
        .click()
      await sara.button('Add participant').click()
      await sara.field('Name of the guest').fill('Ivan')
      await sara.button('Create link').click()
      const url = await sara.field('Link for one use').inputValue()
      await sara.page.keyboard.press('Escape')
      guest = await openGuest(sara.context.browser(), url)
      await hears(guest, 'visitor', Date.now())
      const pages = await Promise.all([ages(sara), ages(guest)])
      await Promise.all([bothHear(visitor, sara, Date.now()), hears(guest, 'visitor', Date.now())])

      for (const page of pages) page.old()
      stage.kill('server')
      for (const person of [sara, guest]) await person.button('Load anew').waitFor()
      // By then one that is in no call would have loaded itself anew.
      const later = Date.now() + 8_000
      await Promise.all([bothHear(visitor, sara, later), hears(guest, 'visitor', later)])
      expect(pages.map((page) => page.loads())).toEqual([0, 0])
      for (const person of [sara, guest]) await person.button('Load anew').click()
      const since = Date.now()
      for (const person of [sara, guest]) await person.button('Load anew').waitFor({ state: 'detached' })
      await Promise.all([bothHear(visitor, sara, since), hears(guest, 'visitor', since)])
    },
    120_000,
  )
})
