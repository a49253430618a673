/** What an agent does all day, and what the desk promises them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Locator } from 'playwright-core'
import { PAGE } from '../contract/events.ts'
import { eventually } from '../../scripts/runner/testing.ts'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { openStage, type Stage } from './testing/stage.ts'
import { beginCall, bothHear, say, sees } from './testing/talk.ts'

/** Other than the usual thirty, and long enough for whoever is slow to click: an offer missed once leaves nobody for the tests after it. */
const OFFER_S = 20

let stage: Stage
let processes: Process[]
let sara: Person
let amir: Person

beforeAll(async () => {
  stage = await openStage({ CHAT_OFFER_SECONDS: `${OFFER_S}`, AGENT_GONE_SECONDS: '5', REOPEN_HOURS: '0' })
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [, agents] = processes as [Process, Process]
  sara = await openDesk(agents.browser, stage.stack, 'Sara')
  amir = await openDesk(agents.browser, stage.stack, 'Amir')
}, 150_000)
afterAll(async () => {
  await Promise.all((processes ?? []).map((one) => one.close()))
  await stage?.stop()
}, 90_000)

const offers = ({ page }: Person): Locator => page.getByRole('group', { name: 'Offers' })
const list = ({ page }: Person, name: string): Locator =>
  page.getByRole('list', { name, exact: true }).getByRole('link')
/** The focus is in the field of that name. */
const inField = async ({ page }: Person, name: string): Promise<void> => {
  await page.waitForFunction((label) => document.activeElement?.getAttribute('aria-label') === label, name)
}

async function newVisitor(text: string): Promise<Person> {
  const [shop] = processes as [Process, Process]
  const visitor = await openShop(shop.browser, stage.stack)
  await visitor.launcher().click()
  await say(visitor, text)
  return visitor
}

/** Ends what is the agent's, so that each test begins with an empty list. */
async function endAll(agent: Person): Promise<void> {
  const mine = list(agent, 'Conversations')
  for (;;) {
    await agent.page.goto(`${stage.stack.url}/desk`)
    // Drawn once the list is loaded.
    await agent.page.getByRole('region', { name: 'Conversations' }).waitFor()
    if ((await mine.count()) === 0) return
    await mine.first().click()
    await agent.button('End conversation').click()
    await agent.text(/has ended/).waitFor()
  }
}

const away = async (...agents: Person[]): Promise<void> => {
  for (const agent of agents) {
    await agent.button('Away').click()
    await agent.text('No new conversations. Yours stay.').waitFor()
  }
}

beforeEach(() => away(sara, amir))

describe('the first visit', () => {
  it('asks to sign in, and leaves nothing in the console', async () => {
    const [, agents] = processes as [Process, Process]
    const context = await agents.browser.newContext({ locale: 'en-GB' })
    const page = await context.newPage()
    const said: string[] = []
    page.on('console', (line) => said.push(line.text()))
    page.on('pageerror', (error) => said.push(error.message))
    await page.goto(`${stage.stack.url}/desk`)
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    expect(said).toEqual([])
    await context.close()
  })
})

describe('an offer', () => {
  it('that nobody answers goes on to the next, and tells the first one why', async () => {
    await sara.launcher().click()
    const visitor = await newVisitor('Is anybody there?')
    await offers(sara).getByText('Is anybody there?').waitFor()
    expect(await offers(sara).getByRole('region').count()).toBe(1)
    // It goes by its own time, not by the usual one.
    const left = offers(sara).locator('.offer-left > span')
    const perSecond = await left.evaluate(async (bar) => {
      const share = () => Number.parseFloat((bar as HTMLElement).style.scale) * 100
      const at = async (below: number) => {
        while (share() >= below) await new Promise(requestAnimationFrame)
        return { ms: performance.now(), share: share() }
      }
      const from = await at(share())
      const to = await at(from.share - 10)
      return ((from.share - to.share) * 1_000) / (to.ms - from.ms)
    })
    expect(perSecond).toBeGreaterThan(100 / (OFFER_S + 5))
    expect(perSecond).toBeLessThan(100 / (OFFER_S - 5))
    await amir.launcher().click()
    await sara.text(/not responding/).waitFor()
    await offers(amir).getByRole('button', { name: 'Accept' }).click()
    await inField(amir, 'Message')
    expect(await offers(sara).getByRole('button').count()).toBe(0)
    await sara.launcher().click()
    await sara.text('New conversations come to you.').waitFor()
    await visitor.context.close()
    await endAll(amir)
  }, 90_000)

  it('leaves what waits within reach in a window half as wide and high, which is one at twice the size', async () => {
    await sara.launcher().click()
    const visitors = [await newVisitor('The first of two'), await newVisitor('The second of two')]
    const accept = offers(sara).getByRole('button', { name: 'Accept' })
    await accept.nth(1).waitFor()
    await sara.page.setViewportSize({ width: 720, height: 450 })
    const waiting = list(sara, 'Waiting').last()
    // What rings takes its room anew in a window of another size: until it has, all of it moves.
    await eventually('what waits is to be seen', async () => {
      await waiting.scrollIntoViewIfNeeded()
      const box = await waiting.boundingBox()
      return box !== null && box.y >= 0 && box.y + box.height <= 450
    })
    const page = () => [document.documentElement.scrollHeight, scrollY]
    expect(await sara.page.evaluate(page)).toEqual([450, 0])
    await sara.page.setViewportSize({ width: 1_440, height: 900 })
    for (let left = visitors.length; left > 0; left--) {
      await accept.first().click()
      await inField(sara, 'Message')
      await accept.nth(left - 1).waitFor({ state: 'detached' })
    }
    for (const { context } of visitors) await context.close()
    await endAll(sara)
  }, 90_000)

  it('rings in the tab used last alone, and in none any more once it is answered in another', async () => {
    const other = { ...sara, page: await sara.context.newPage() }
    await other.page.goto(`${stage.stack.url}/desk`)
    const tabs = [sara.page, other.page]
    for (const page of tabs) {
      await page.evaluate(() => {
        const { start } = OscillatorNode.prototype
        window.rung = 0
        OscillatorNode.prototype.start = function (...when) {
          window.rung += 1
          start.apply(this, when)
        }
      })
      // Browsers let nothing sound before a click.
      await page.getByRole('button', { name: 'Available', exact: true }).click()
    }
    const rung = async () => Promise.all(tabs.map((page) => page.evaluate(() => window.rung)))
    const visitor = await newVisitor('Does it ring?')
    for (const page of tabs)
      await page.getByRole('group', { name: 'Offers' }).getByText('Does it ring?').waitFor()
    await other.page.waitForFunction(() => window.rung > 0)
    expect((await rung())[0]).toBe(0)
    // What the browser says of the tab that one turns to.
    await sara.page.evaluate(() => window.dispatchEvent(new Event('focus')))
    await sara.page.waitForFunction(() => window.rung > 0)
    const before = await rung()
    await other.page.getByRole('button', { name: 'Accept' }).click()
    await offers(sara).getByText('Does it ring?').waitFor({ state: 'detached' })
    // A ring comes each six seconds.
    await new Promise((resolve) => setTimeout(resolve, 7_000))
    expect(await rung()).toEqual(before)
    await other.page.close()
    await visitor.context.close()
    await endAll(sara)
  }, 90_000)
})

declare global {
  interface Window {
    /** How many notes were played. */
    rung: number
  }
}

describe('what is being written', () => {
  it('survives a change of conversation and a reload, and the list tells of it', async () => {
    await sara.launcher().click()
    const first = await newVisitor('First question')
    await offers(sara).getByRole('button', { name: 'Accept' }).click()
    await sara.field('Message').fill('Half an answ')
    const remove = sara.page.getByRole('button', { name: 'Remove prices.txt' })
    const prices = { name: 'prices.txt', mimeType: 'text/plain', buffer: Buffer.from('1 EUR') }
    await sara.page.locator('input[type=file]').setInputFiles(prices)
    await sara.page.locator('.staged-one:not(:has(.spinner))').waitFor()
    const second = await newVisitor('Second question')
    await offers(sara).getByText('Second question').waitFor()
    await offers(sara).getByRole('button', { name: 'Accept' }).click()
    await sara.text('Draft: Half an answ').waitFor()
    expect(await sara.field('Message').inputValue()).toBe('')
    await sara.button('Add note').click()
    await sara.field('Note').fill('Only for us')
    await sara.button('Reply').click()
    expect(await sara.field('Message').inputValue()).toBe('')
    expect(await remove.count()).toBe(0)
    await sara.page.reload()
    await list(sara, 'Conversations').filter({ hasText: 'Draft: Half an answ' }).click()
    await sara.page.waitForFunction(() => document.querySelector('textarea')?.value === 'Half an answ')
    await sara.button('Add note').click()
    await sara.button('Reply').click()
    await remove.waitFor()
    await sara.field('Message').press('Enter')
    await first.text('prices.txt').waitFor()
    await first.context.close()
    await second.context.close()
    await endAll(sara)
  }, 90_000)
})

describe('the whole flow', () => {
  it('goes by keyboard alone, and an end can be undone', async () => {
    const { keyboard } = sara.page
    await keyboard.press('Alt+1')
    const visitor = await newVisitor('By keyboard, please')
    await offers(sara).getByText('By keyboard, please').waitFor()
    await keyboard.press('Alt+a')
    await inField(sara, 'Message')
    await keyboard.type('At your service')
    await keyboard.press('Enter')
    await visitor.text('At your service').waitFor()
    await keyboard.press('Alt+n')
    await inField(sara, 'Note')
    await keyboard.type('Prefers keys')
    await keyboard.press('Enter')
    await sara.text('Prefers keys').waitFor()
    await keyboard.press('Alt+e')
    await sara.button('Undo').click()
    await sara.page
      .getByRole('heading', { name: /^Visitor/ })
      .first()
      .click()
    await keyboard.press('Shift+?')
    await sara.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await keyboard.press('Escape')
    expect(await list(sara, 'Conversations').count()).toBe(1)
    await keyboard.press('Alt+e')
    await visitor.text(/ended/).waitFor()
    await visitor.context.close()
  }, 90_000)

  it('keeps to the end of the thread while the window becomes lower', async () => {
    await sara.launcher().click()
    const visitor = await newVisitor('A long story')
    await offers(sara).getByRole('button', { name: 'Accept' }).click()
    await sara.field('Message').waitFor()
    for (let line = 1; line <= 12; line++) await say(visitor, `Line ${line} of it`)
    const last = sara.text('Line 12 of it')
    await last.waitFor()
    await sara.page.setViewportSize({ width: 1_440, height: 480 })
    await sara.page.waitForFunction(() => {
      const log = document.querySelector('[role=log]')
      return log && innerHeight === 480 && log.scrollHeight - log.scrollTop - log.clientHeight < 1
    })
    expect(await sara.page.getByRole('button', { name: /new$/ }).count()).toBe(0)
    await sara.page.setViewportSize({ width: 1_440, height: 900 })
    await visitor.context.close()
    await endAll(sara)
  }, 90_000)

  it('lets a call’s pictures give way where there is little room, not its bar nor what is said about it', async () => {
    await sara.launcher().click()
    const visitor = await newVisitor('Look at this')
    await offers(sara).getByRole('button', { name: 'Accept' }).click()
    await sara.field('Message').waitFor()
    // Answered by its key, whatever is looked at.
    await sara.page.getByRole('link', { name: 'Inbox' }).click()
    await visitor.button('Voice call').click()
    await visitor.button('Agree').click()
    await list(sara, 'Conversations').getByText('Wants to talk').waitFor({ state: 'attached' })
    await sara.page.keyboard.press('Alt+A')
    await bothHear(visitor, sara, Date.now())
    await visitor.button('Turn camera on').click()
    await visitor.button('Agree').click()
    await sara.button('Turn camera on').click()
    await sees(sara, 'Camera of')
    const { page } = sara
    await page.setViewportSize({ width: 1_200, height: 750 })
    await sara.button('Hold').click()
    const notice = page.locator('.call-notice')
    await notice.waitFor()
    const edges = async (one: Locator) => {
      const box = await one.boundingBox()
      if (!box) throw new Error('not drawn')
      return { top: box.y, bottom: box.y + box.height }
    }
    const said = await edges(notice)
    const bar = await edges(page.getByRole('group', { name: 'Call controls' }))
    const room = await edges(page.locator('.calls'))
    expect(said.bottom).toBeLessThanOrEqual(bar.top)
    expect(bar.bottom).toBeLessThanOrEqual(room.bottom)
    const hidden = await page.locator('.call-panel').evaluate((one) => one.scrollHeight - one.clientHeight)
    expect(hidden).toBe(0)
    await page.setViewportSize({ width: 1_440, height: 900 })
    await sara.button('Hang up').click()
    await visitor.context.close()
    await endAll(sara)
  }, 90_000)

  it('hands a conversation over to somebody else', async () => {
    await sara.launcher().click()
    const visitor = await newVisitor('For someone else')
    await offers(sara).getByRole('button', { name: 'Accept' }).click()
    await amir.launcher().click()
    await sara.button('Hand over').click()
    await offers(amir).getByText('For someone else').waitFor()
    await list(sara, 'Waiting').click()
    await sara.text('For someone else').first().waitFor()
    await offers(amir).getByRole('button', { name: 'Accept' }).click()
    await say(amir, 'Now with me')
    await visitor.text('Now with me').waitFor()
    expect(await list(sara, 'Conversations').count()).toBe(0)
    // Whoever still looked at it learns why they see no more of it.
    await sara.text(/^This conversation is with .?Amir/).waitFor()
    expect(await sara.page.getByRole('log').count()).toBe(0)
    // What is somebody else's now says so, instead of loading for ever.
    await sara.page.goto(amir.page.url())
    await sara.text('This conversation is not open to you.').waitFor()
    await visitor.context.close()
    await endAll(amir)
  }, 90_000)
})

describe('a visitor who was here before', () => {
  it('is read up on beside the present conversation, and what is half written stays', async () => {
    await sara.launcher().click()
    const visitor = await newVisitor('My lamp flickers')
    const picture = { name: 'lamp.txt', mimeType: 'text/plain', buffer: Buffer.from('a picture of it') }
    const frame = await visitor.frame()
    await frame.locator('input[type=file]').setInputFiles(picture)
    await frame.getByRole('button', { name: 'Remove lamp.txt' }).waitFor()
    await say(visitor, 'Here it is')
    await offers(sara).getByRole('button', { name: 'Accept' }).click()
    await sara.field('Message').waitFor()
    await say(sara, 'We send you another one')
    await sara.text('No earlier conversations').waitFor()
    await sara.button('End conversation').click()
    await visitor.text(/ended/).waitFor()
    await away(sara)
    await say(visitor, 'It flickers again')
    await amir.launcher().click()
    await offers(amir).getByRole('button', { name: 'Accept' }).click()
    await amir.field('Message').fill('How odd')
    const before = list(amir, 'Earlier conversations')
    await before.filter({ hasText: 'Sara' }).filter({ hasText: 'Ended by the agent' }).focus()
    await amir.page.keyboard.press('Enter')
    const read = amir.page.getByRole('region', { name: 'Earlier conversation, to read only' })
    await read.getByText('We send you another one').waitFor()
    expect(await amir.field('Message').count()).toBe(0)
    const download = amir.page.waitForEvent('download')
    await read.getByRole('button', { name: 'Download lamp.txt' }).click()
    expect((await download).suggestedFilename()).toBe('lamp.txt')
    await say(visitor, 'Are you there?')
    await read.getByRole('link', { name: /Back to the present conversation.*\d unread/ }).waitFor()
    await amir.page.keyboard.press('Escape')
    await amir.text('Are you there?').waitFor()
    expect(await amir.field('Message').inputValue()).toBe('How odd')
    expect(await before.evaluate((line) => line === document.activeElement)).toBe(true)
    await visitor.context.close()
    await endAll(amir)
  }, 90_000)

  it('is read from its words, however much was noted since that nobody is shown', async () => {
    await sara.launcher().click()
    const visitor = await newVisitor('The first words')
    await offers(sara).getByRole('button', { name: 'Accept' }).click()
    await sara.field('Message').waitFor()
    await beginCall(visitor, sara)
    // More than one page of the log.
    for (let times = 0; times < PAGE / 2; times++) {
      await visitor.button('Mute').click()
      await visitor.button('Unmute').click()
    }
    await visitor.button('Hang up').click()
    await sara.button('End conversation').click()
    await sara.text(/has ended/).waitFor()
    await say(visitor, 'Once more')
    await offers(sara).getByRole('button', { name: 'Accept' }).click()
    await list(sara, 'Earlier conversations').first().click()
    const read = sara.page.getByRole('region', { name: 'Earlier conversation, to read only' })
    await read.getByText('The first words').waitFor()
    await visitor.context.close()
    await endAll(sara)
  }, 90_000)
})

describe('signing out', () => {
  /** Who holds conversations is asked once more. */
  const signOut = async (agent: Person): Promise<void> => {
    await agent.button('Sign out').click()
    await agent.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
    await agent.button('Sign in').waitFor()
  }

  it('leaves nothing of what was being written to whoever signs in next in that browser', async () => {
    const [, agents] = processes as [Process, Process]
    const vera = await openDesk(agents.browser, stage.stack, 'Vera')
    await vera.launcher().click()
    const visitor = await newVisitor('Who answers?')
    await offers(vera).getByRole('button', { name: 'Accept' }).click()
    await vera.field('Message').fill('Half an answ')
    await signOut(vera)
    await vera.page.goto(stage.stack.links.find((one) => one.name === 'Dana')?.url ?? '')
    await vera.button('Sign in').click()
    await vera.page.getByRole('navigation').first().waitFor()
    await vera.page.goto(`${stage.stack.url}/desk`)
    await list(vera, 'Waiting').filter({ hasText: 'Who answers?' }).click()
    await vera.button('Take conversation').click()
    await vera.field('Message').waitFor()
    expect(await vera.field('Message').inputValue()).toBe('')
    await visitor.context.close()
    await endAll(vera)
    await vera.context.close()
  }, 90_000)

  it('ends in every tab, also what was ended a moment before, and what was open opens no more', async () => {
    const other = await amir.context.newPage()
    await other.goto(`${stage.stack.url}/desk`)
    await other.getByRole('button', { name: 'Away' }).waitFor()
    await amir.launcher().click()
    const visitor = await newVisitor('Thanks, bye')
    await offers(amir).getByRole('button', { name: 'Accept' }).click()
    await amir.button('End conversation').click()
    // Nothing is held any more, so nothing is asked; and nobody else gets it.
    await amir.button('Sign out').click()
    await amir.button('Sign in').waitFor()
    await visitor.text(/ended this chat/).waitFor()
    await visitor.context.close()
    await other.getByRole('button', { name: 'Sign in' }).waitFor()
    await other.reload()
    await other.getByRole('button', { name: 'Sign in' }).waitFor()
  }, 90_000)
})
