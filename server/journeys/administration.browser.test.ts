/** From an empty installation to the first visitor, and whoever is shut out again. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { ROOT } from '../../scripts/setup/project.ts'
import { type Person, type Process, startProcess, visitorAt } from './testing/people.ts'
import { journey, openStage, type Stage } from './testing/stage.ts'
import { say } from './testing/talk.ts'

let stage: Stage
let people: Process
let admin: Page
beforeAll(async () => {
  stage = await openStage({ DEMO: '0' })
  people = await startProcess('visitor')
  admin = await newPage()
}, 150_000)
afterAll(async () => {
  await people?.close()
  await stage?.stop()
}, 90_000)

async function newPage(): Promise<Page> {
  const context = await people.browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1_440, height: 900 },
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  return page
}

async function fromTheMachine(...words: string[]): Promise<string> {
  const { dataDir, port, mediaPort } = stage.stack
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    DATA_DIR: dataDir,
    PORT: String(port),
    MEDIA_PORT: mediaPort,
  }
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, [join(ROOT, 'scripts', 'admin.ts'), ...words], {
    ...{ cwd: ROOT, env: { ...env, DEMO: '0' } },
  })
  return /https?:\S+#link=\S+/.exec(stdout)?.[0] ?? ''
}

/** By keyboard alone, which is where it goes on each time. */
async function comesIn(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in', exact: true }).press('Enter')
  await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'password')
  await page.keyboard.type('a long enough sentence')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
  await page.waitForFunction(() => document.activeElement?.matches('main h1'))
}

const form = () => admin.getByRole('form').first()
const save = async () => {
  await form().getByRole('button', { name: 'Save', exact: true }).click()
  await admin.waitForURL((url) => !url.pathname.endsWith('/new'))
}

describe('a new installation', () => {
  const step = journey()
  let agent: Page
  let visitor: Person

  step('leads its first administrator to the first steps', async () => {
    await comesIn(admin, await fromTheMachine('add-person', 'ada@shop.example', 'Ada', 'admin'))
    await admin.getByRole('heading', { name: 'First steps' }).waitFor()
    await admin.getByRole('button', { name: 'Later: A queue' }).click()
    await admin.getByRole('button', { name: 'Take up again: A queue' }).click()
  })

  step('says at the field what is wrong with a site, and has it', async () => {
    await admin.getByRole('link', { name: 'Add site' }).click()
    await form().getByLabel('Name', { exact: true }).fill('Halden')
    await form().getByLabel('Addresses of the site').fill('halden')
    await form().getByRole('button', { name: 'Save', exact: true }).click()
    await admin.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true')
    await form().getByText('Each line must look like https://shop.example').waitFor()
    await form().getByLabel('Addresses of the site').fill(`${stage.stack.url}/`)
    await form().getByLabel('Colour', { exact: true }).fill('#aa3300')
    await form().locator('summary').filter({ hasText: 'English' }).click()
    await form().getByLabel('Name of the button').first().fill('Talk to Halden')
    await form().getByLabel('Greeting').first().fill('Welcome to Halden')
    await save()
    await admin.getByText('data-site=').waitFor()
  })

  step('has a queue by keyboard alone, which the site’s contacts enter', async () => {
    await admin.getByRole('link', { name: 'Back to the first steps' }).click()
    await admin.getByRole('link', { name: 'Add queue' }).focus()
    await admin.keyboard.press('Enter')
    await form().getByLabel('Name', { exact: true }).focus()
    await admin.keyboard.type('Sales')
    await admin.keyboard.press('Enter')
    await admin.waitForURL(/queues\/[0-9a-f-]{36}$/)
    await admin.goto(`${stage.stack.url}/desk/settings/sites`)
    await admin.getByRole('link', { name: 'Halden' }).click()
    await form().getByLabel('Its contacts wait in').selectOption({ label: 'Sales' })
    await save()
    await admin.getByText('Saved.').first().waitFor()
  })

  step('keeps what is typed while a save is on its way, as not saved yet', async () => {
    const arrive = Promise.withResolvers<void>()
    await admin.route('**/api/desk/configuration/site/*', async (route) => {
      await arrive.promise
      await route.continue()
    })
    const colour = form().getByLabel('Colour', { exact: true })
    await colour.fill('#aa3301')
    const asked = admin.waitForRequest((request) => request.method() === 'PUT')
    await form().getByRole('button', { name: 'Save', exact: true }).click()
    await asked
    await colour.fill('#aa3302')
    const answered = admin.waitForResponse((response) => response.request().method() === 'PUT')
    arrive.resolve()
    await answered
    await admin.unroute('**/api/desk/configuration/site/*')
    const button = form().getByRole('button', { name: 'Save', exact: true })
    await button.and(admin.locator(':not([aria-busy])')).waitFor()
    expect(await colour.inputValue()).toBe('#aa3302')
    await form().getByText('Not saved yet').waitFor()
    await save()
    await button.and(admin.locator(':disabled')).waitFor()
    expect(await stage.rows('select accent from site')).toEqual([{ accent: '#aa3302' }])
  })

  step('invites an agent, who comes in and serves the queue', async () => {
    await admin.goto(`${stage.stack.url}/desk/settings/people/new`)
    await form().getByLabel('Name', { exact: true }).fill('Bo')
    await form().getByLabel('Login').fill('bo@shop.example')
    await save()
    const link = (await admin.getByText('#link=').textContent()) ?? ''
    const profile = admin.getByRole('form', { name: 'Team, queues and skills of Bo' })
    await profile.getByRole('button', { name: 'Add queue' }).click()
    await profile.getByLabel('Queue', { exact: true }).selectOption({ label: 'Sales' })
    await profile.getByRole('button', { name: 'Save' }).click()
    await profile.getByRole('button', { name: 'Save' }).and(admin.locator(':disabled')).waitFor()
    agent = await newPage()
    await comesIn(agent, link)
    await agent.getByRole('button', { name: 'Available', exact: true }).click()
  })

  step('serves a visitor of the test page, in the site’s own words', async () => {
    const [site] = await stage.rows<{ key: string }>('select key from site')
    const page = await newPage()
    await page.goto(`${stage.stack.url}/try?site=${site?.key}`)
    visitor = visitorAt(page)
    await page.getByRole('button', { name: 'Talk to Halden' }).click()
    await visitor.text('Welcome to Halden').waitFor()
    await say(visitor, 'Is anybody there?')
    await agent.getByRole('button', { name: 'Accept' }).click()
    await agent.getByRole('textbox', { name: 'Message' }).fill('I am')
    await agent.keyboard.press('Enter')
    await visitor.text('I am').waitFor()
  })

  step('shuts the agent out: signed out at once, the conversation back in its queue', async () => {
    await admin.reload()
    await form().getByLabel('Shut out').check()
    await save()
    await admin.getByText('Saved.').first().waitFor()
    await agent.getByText('You have been signed out.').waitFor()
    const [row] = await stage.rows<{ phase: string }>('select phase from conversation')
    expect(row?.phase).toBe('queued')
    await admin.getByRole('button', { name: 'Undo' }).last().click()
    await admin.getByRole('button', { name: 'New link' }).waitFor()
  })

  step('tells all of it in the audit log, with what was and what is', async () => {
    await admin.goto(`${stage.stack.url}/desk/settings/audit`)
    const entries = admin.getByRole('region', { name: 'Audit log' }).locator('ol > li')
    await entries.filter({ hasText: 'Shut out' }).first().waitFor()
    expect(await entries.count()).toBeGreaterThanOrEqual(9)
    await admin.getByLabel('What', { exact: true }).selectOption('queue')
    await entries.filter({ hasText: 'Sales' }).first().waitFor()
    await admin.waitForFunction(() => document.querySelectorAll('.audit-entries > li').length === 1)
  })

  step('goes out as a file, and in again after one has seen what it changes', async () => {
    await admin.goto(`${stage.stack.url}/desk/settings/transfer`)
    const download = admin.waitForEvent('download')
    await admin.getByRole('button', { name: 'Download the configuration' }).click()
    const path = await (await download).path()
    const taken = JSON.parse(readFileSync(path, 'utf8')) as {
      items: { kind: string; body: { name: string } }[]
    }
    const queue = taken.items.find(({ kind }) => kind === 'queue')
    if (queue) queue.body.name = 'Orders'
    const buffer = Buffer.from(JSON.stringify(taken))
    await admin
      .locator('input[type=file]')
      .setInputFiles({ name: 'moved.json', mimeType: 'application/json', buffer })
    const report = admin.getByRole('region', { name: 'What moved.json would change' })
    await report.getByText('1 changed.').waitFor()
    const names = () =>
      stage.rows<{ name: string }>(`select body->>'name' as name from configuration where kind = 'queue'`)
    expect(await names()).toEqual([{ name: 'Sales' }])
    await report.getByRole('button', { name: 'Apply all of it' }).click()
    await admin.getByText('1 item imported.').waitFor()
    expect(await names()).toEqual([{ name: 'Orders' }])
  })

  step(
    'is whole on the smallest phone: no page wider than it, every place large enough to be hit',
    async () => {
      const phone = { width: 320, height: 568 }
      await admin.setViewportSize(phone)
      for (const place of ['board', 'replay', 'reviews/results', 'shifts', 'settings/queues/new']) {
        await admin.goto(`${stage.stack.url}/desk/${place}`)
        const main = admin.getByRole('main')
        await main.and(admin.locator(':not([aria-busy="true"])')).waitFor()
        const wide = () => [document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth]
        expect([place, ...(await admin.evaluate(wide))]).toEqual([place, phone.width, phone.width])
        for (const one of await admin.locator('nav.rail a').all()) {
          const { width, height } = (await one.boundingBox()) ?? { width: 0, height: 0 }
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(40)
        }
      }
    },
  )

  step('shows on a phone what the focus goes to, above the bar that saves', async () => {
    await form().getByLabel('Name', { exact: true }).focus()
    const hidden = () => {
      const [bar, at] = [document.querySelector('.editor-acts'), document.activeElement]
      if (!bar || !at || bar.contains(at)) return null
      return at.getBoundingClientRect().bottom > bar.getBoundingClientRect().top ? at.outerHTML : ''
    }
    for (let count = 0; ; count++) {
      const found = await admin.evaluate(hidden)
      if (found === null) {
        expect(count).toBeGreaterThan(20)
        break
      }
      expect(found).toBe('')
      await admin.keyboard.press('Tab')
    }
  })
})

describe('the rules of keeping', () => {
  it('apply themselves once a day where an administrator says so, and why', async () => {
    const page = await newPage()
    await comesIn(page, await fromTheMachine('add-person', 'dana@shop.example', 'Dana', 'admin'))
    const open = () => page.goto(`${stage.stack.url}/desk/settings/keeping`)
    const change = async (when: string) => {
      await page.getByRole('button', { name: 'Apply the rules once a day' }).click()
      const dialog = page.getByRole('dialog', { name: 'Apply the rules once a day' })
      await dialog.getByRole('combobox', { name: 'Each day at' }).selectOption({ label: when })
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('The policy of May')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await dialog.waitFor({ state: 'detached' })
    }
    await open()
    await page.getByText('The rules do not apply themselves').waitFor()
    await change('03:00')
    await page.getByText('The rules apply themselves each day at 03:00').waitFor()
    await open()
    await page.getByText('The rules apply themselves each day at 03:00').waitFor()
    await page.goto(`${stage.stack.url}/desk/settings/audit`)
    await page.getByRole('listitem').getByText('Daily run of the retention rules').first().waitFor()
    await open()
    await change('Never')
    await page.getByText('The rules do not apply themselves').waitFor()
    await page.context().close()
  }, 90_000)
})
