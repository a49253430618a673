/** Parts of the pages that cannot be fetched when they are wanted, while two people talk. */
import { afterAll, beforeAll, describe } from '@jest/globals'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { journey, openStage, type Stage } from './testing/stage.ts'
import { beginCall, beginChat, bothHear } from './testing/talk.ts'

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
}, 30_000)

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
