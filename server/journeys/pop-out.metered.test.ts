/** A call is moved into a window of its own, and goes on there whatever becomes of the shop's page. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { type Shop, startShop } from '../../client/widget/testing/shop.ts'
import { type People, tell, undisturbed, valid, whatWasHeard } from './testing/measure.ts'
import {
  openDesk,
  openShop,
  type Person,
  type Process,
  startProcess,
  visitorAt,
  windowAt,
} from './testing/people.ts'
import { eventually, journey, openStage, type Stage } from './testing/stage.ts'
import { beginCall, beginChat, bothHear, hears, say, settled } from './testing/talk.ts'

/** Beyond what an undisturbed stretch of the same call shows. */
const MORE_MS = 60

const step = journey()
let stage: Stage
let shop: Shop
let processes: Process[]
let panel: Person
let people: People
const siteId = randomUUID()
const secret = randomBytes(32).toString('base64url')

const openCalls = () => stage.rows<{ id: string }>('select id from call where ended_at is null')
const seats = () =>
  stage.rows<{ holder: string; epoch: number }>(
    `select holder, epoch from call_seat where seat_id = 'visitor'`,
  )

beforeAll(async () => {
  stage = await openStage()
  const key = randomBytes(12).toString('base64url')
  const home = stage.stack.url
  shop = await startShop(() => ({ home, site: key, attributes: 'data-lang="en"' }))
  // Of another site than Parley, so that the panel's storage is not the window's.
  const at = new URL(shop.origin)
  at.hostname = new URL(home).hostname === 'localhost' ? '127.0.0.1' : 'localhost'
  shop = { ...shop, origin: at.origin }
  // With a cookie for subdomains: whoever is signed there leaves all earlier sessions behind but this window's.
  await stage.rows(
    `insert into site (id, key, name, origins, secret, cookie_domain) values ($1, $2, $3, $4, $5, 'shop.test')`,
    [siteId, key, 'Halden', [shop.origin], secret],
  )
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [one, other] = processes as [Process, Process]
  const { page } = await openShop(one.browser, stage.stack)
  await page.goto(shop.origin)
  panel = visitorAt(page)
  people = { visitor: panel, agent: await openDesk(other.browser, stage.stack, 'Sara') }
  await beginChat(panel, people.agent)
  await beginCall(panel, people.agent)
}, 200_000)
afterAll(async () => {
  await Promise.all(processes?.map((one) => one.close()) ?? [])
  await shop?.stop()
  await stage?.stop()
}, 30_000)

step('says so when the browser opens no window, and the call goes on where it is', async () => {
  await (await panel.frame()).evaluate(() => {
    window.open = () => null
  })
  await panel.button('Keep the call in its own window').click()
  await panel.text('The browser blocked the window').waitFor()
  await bothHear(panel, people.agent, Date.now())
  await panel.page.reload()
  await settled(panel, people.agent)
})

step('moves to the window, which is told nothing but a code that is good once', async () => {
  const [seat] = await seats()
  const opening = panel.context.waitForEvent('page')
  const since = Date.now()
  await panel.button('Keep the call in its own window').click()
  const page = await opening
  page.setDefaultTimeout(15_000)
  people = { ...people, visitor: windowAt(page) }
  tell('moved to its own window', {
    heardAgain: (await bothHear(people.visitor, people.agent, since)) - since,
  })
  await panel.button('Bring call here').waitFor()
  await settled(people.visitor, people.agent)
  expect(await openCalls()).toHaveLength(1)
  const [now] = await seats()
  expect(now?.holder).not.toBe(seat?.holder)
  expect(now?.epoch).toBeGreaterThan(seat?.epoch ?? 0)
  await people.visitor.text('Yes, it is.').waitFor()
  await say(people.visitor, 'Said in the window')
  await panel.text('Said in the window').waitFor()
})

step('goes on without a gap while the shop’s page goes away', async () => {
  const calm = await valid(() => undisturbed(people), people)
  await valid(async () => {
    // Each try needs a page of the shop; the first is the one that opened the window.
    const { page } = panel.page.isClosed() ? await anotherPage() : panel
    const since = Date.now()
    await page.goto('about:blank')
    await page.close()
    await hears(people.agent, 'visitor', Date.now())
    const { hole, events } = await whatWasHeard(people, since)
    tell('the shop’s page is left and closed', { calm: calm.hole.ms, hole: hole.ms })
    expect(events).toEqual([])
    expect(hole.ms).toBeLessThanOrEqual(calm.hole.ms + MORE_MS)
  }, people)
})

step('is untouched by another page of the shop, which tells where it is', async () => {
  const since = Date.now()
  const [seat] = await seats()
  const { page } = await anotherPage()
  await page.goto(`${shop.origin}/two`)
  await visitorAt(page).button('Bring call here').waitFor({ state: 'attached' })
  await bothHear(people.visitor, people.agent, Date.now())
  expect((await people.visitor.heard(since)).events).toEqual([])
  expect(await seats()).toEqual([seat])
  await page.close()
})

async function anotherPage(): Promise<Person> {
  const page = await people.visitor.context.newPage()
  await page.goto(shop.origin)
  const person = visitorAt(page)
  await person.button('Bring call here').waitFor({ state: 'attached' })
  return person
}

step('goes on when they sign in to the shop, whose visitor they then are', async () => {
  // Known from another device: what they are in this browser becomes part of it.
  const known = randomUUID()
  await stage.rows(
    `insert into visitor (id, site_id, external_id, verified, locale) values ($1, $2, 'mina', true, 'en')`,
    [known, siteId],
  )
  const [before] = await seats()
  const { page } = await anotherPage()
  const since = Date.now()
  const signature = createHmac('sha256', secret).update('mina').digest('hex')
  const identity = { id: 'mina', name: 'Mina', signature }
  await page.evaluate((who) => window.Parley?.queue.push(['identify', who]), identity)
  const owner = `select count(*) from conversation where visitor_id = $1 and phase = 'active'`
  await eventually('the conversation is the known visitor’s', async () => {
    const [{ count } = { count: '0' }] = await stage.rows<{ count: string }>(owner, [known])
    return count === '1'
  })
  await say(people.visitor, 'Said by Mina')
  await people.agent.text('Said by Mina').waitFor()
  await bothHear(people.visitor, people.agent, Date.now())
  expect((await people.visitor.heard(since)).events).toEqual([])
  expect(await seats()).toEqual([before])
  await page.close()
})

step('leaves no window of the desk’s behind when the desk is loaded anew', async () => {
  const { agent } = people
  await agent.button('Turn camera on').click()
  await agent.picture('Your camera').waitFor()
  // As in a browser without windows that end with their page.
  await agent.page.evaluate(() => Reflect.deleteProperty(window, 'documentPictureInPicture'))
  const opening = agent.context.waitForEvent('page')
  await agent.page.keyboard.press('Alt+O')
  const beside = await opening
  await beside.getByLabel('Your camera').waitFor()
  const closed = beside.waitForEvent('close')
  await agent.page.reload()
  await closed
  await bothHear(people.visitor, agent, Date.now())
})

step('comes back by itself when the window is loaded anew, and can be hung up there', async () => {
  const since = Date.now()
  await people.visitor.page.reload()
  await bothHear(people.visitor, people.agent, since)
  await people.visitor.button('Hang up').click()
  await eventually('the call has ended', async () => (await openCalls()).length === 0)
})
