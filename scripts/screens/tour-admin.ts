/** The administration's part of the tour. Whoever reviewed before is an administrator from here on. */
import type { Page } from 'playwright-core'
import { button, follow, type Step } from './acts.ts'
import { type Cast, signIn } from './people.ts'

export const settings = '/desk/settings/:section?/:id?'

export const at = ({ reviewer, stack }: Cast, path: string) =>
  reviewer.goto(`${stack.url}/desk/settings${path}`)
export const press = (page: Page, name: string) => page.getByRole('button', button(name)).first().click()
/** The field of that name in the form of the item itself. */
export const field = (page: Page, name: string) =>
  page.getByRole('form').first().getByLabel(name, { exact: true }).first()

export async function saved({ reviewer, t }: Cast): Promise<void> {
  await press(reviewer, t('admin.save'))
  await reviewer.getByText(t('admin.saved')).first().waitFor()
  await reviewer.waitForURL((url) => !url.pathname.endsWith('/new'))
}

async function add(cast: Cast, section: string, name: string): Promise<void> {
  await follow(cast.reviewer, `/settings/${section}/new`)
  await field(cast.reviewer, cast.t('admin.name')).fill(name)
  await saved(cast)
}

/** What another administrator does in the meantime, in a tab of the same browser. */
async function meanwhile({ reviewer, t }: Cast, work: (page: Page) => Promise<void>): Promise<void> {
  const page = await reviewer.context().newPage()
  await page.goto(reviewer.url())
  await work(page)
  await page.getByRole('button', button(t('admin.save'))).click()
  await page.getByText(t('admin.saved')).first().waitFor()
  await page.close()
}

export const file = (body: unknown) => ({
  name: 'parley.json',
  mimeType: 'application/json',
  buffer: Buffer.from(JSON.stringify(body)),
})
const somewhere = '01890000-0000-7000-8000-000000000001'

export const adminTour: Step[] = [
  {
    name: '25-administration',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      await signIn(cast, cast.reviewer, 'Dana')
      await follow(cast.reviewer, '/settings')
      await cast.reviewer.getByRole('link', button(cast.t('admin.queues'))).waitFor()
    },
  },
  {
    name: '26-queue-faults',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await add(cast, 'skills', 'Lamps')
      await at(cast, '/queues/new')
      await press(reviewer, t('admin.addSkill'))
      await press(reviewer, t('admin.addStep'))
      await press(reviewer, t('admin.save'))
      await reviewer.getByText(t('admin.needed')).first().waitFor()
    },
  },
  {
    name: '27-queue',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await field(reviewer, t('admin.name')).fill('Sales')
      await field(reviewer, t('admin.skill')).selectOption({ label: 'Lamps' })
      await saved(cast)
      await reviewer
        .getByLabel(t('admin.addMember'))
        .and(reviewer.locator('select'))
        .selectOption({ label: 'Sara' })
      await press(reviewer, t('admin.addMember'))
      await reviewer.getByRole('listitem').getByRole('link', { name: 'Sara' }).waitFor()
    },
  },
  {
    name: '28-both-changed',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await field(reviewer, t('admin.name')).fill('Shop')
      await meanwhile(cast, async (page) => {
        await field(page, t('admin.name')).fill('Store')
        await field(page, t('admin.priority')).fill('7')
      })
      await press(reviewer, t('admin.save'))
      await reviewer.getByText(t('admin.clashTaken')).waitFor()
    },
  },
  {
    name: '29-hours',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await saved(cast)
      await at(cast, '/hours/new')
      await field(reviewer, t('admin.name')).fill('Weekdays')
      await reviewer
        .getByRole('button', { name: t('admin.addIntervalTo', { name: '' }).trim() })
        .first()
        .click()
      await press(reviewer, t('admin.addDate'))
      await reviewer.getByLabel(t('admin.occasion')).fill('Nowruz')
      await reviewer.getByLabel(t('admin.date'), { exact: true }).click()
      await reviewer.getByRole('grid').waitFor()
    },
  },
  {
    name: '29a-hours-with-a-date',
    routes: [settings],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.keyboard.press('PageDown')
      await reviewer.keyboard.press('Enter')
      await reviewer.getByRole('grid').waitFor({ state: 'detached' })
      await reviewer.getByText(t('day.noDate')).waitFor({ state: 'detached' })
    },
  },
  {
    name: '30-person',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await follow(reviewer, '/settings/people')
      await reviewer.getByRole('link', { name: 'Sara' }).click()
      await press(reviewer, t('desk.newLink'))
      await reviewer.getByText('/desk/welcome#link=').waitFor()
    },
  },
  {
    name: '31-site',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await follow(reviewer, '/settings/sites')
      await reviewer.getByRole('link', { name: 'Demo shop' }).click()
      await reviewer.getByText('data-site=').waitFor()
      await reviewer
        .locator('summary')
        .filter({ hasText: t('desk.language_fa') })
        .click()
    },
  },
  {
    name: '32-form',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await follow(reviewer, '/settings/forms/new')
      await field(reviewer, t('admin.name')).fill('Before we begin')
      await field(reviewer, t('admin.answer')).selectOption('choice')
      await press(reviewer, t('admin.addOption'))
    },
  },
  {
    name: '33-disposition',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await add(cast, 'dispositions', 'Repair')
      await at(cast, '/dispositions/new')
      await field(reviewer, t('admin.name')).fill('Under guarantee')
      await field(reviewer, t('admin.under')).selectOption({ label: 'Repair' })
      await saved(cast)
      await reviewer.goto(`${reviewer.url().replace(/[^/]+$/, '')}`)
      await reviewer.getByRole('link', { name: 'Repair', exact: true }).click()
      await press(reviewer, t('admin.remove'))
      await reviewer.getByText(t('admin.inUse')).waitFor()
    },
  },
  {
    name: '33a-masking',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await follow(reviewer, '/settings/masks/new')
      await field(reviewer, t('admin.name')).fill('Order numbers')
      await field(reviewer, t('admin.maskPattern')).fill('\\bORD-\\d{4}\\b')
      await field(reviewer, t('admin.maskTry')).fill('ORD-1234, card 4539 1488 0343 6467')
      await reviewer.getByText('•••-••••').waitFor()
    },
  },
  {
    name: '34-audit',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      await follow(cast.reviewer, '/settings/audit')
      await cast.reviewer.getByText('Under guarantee').first().waitFor()
    },
  },
  {
    name: '35-import',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await follow(reviewer, '/settings/transfer')
      const items = [
        { kind: 'team', id: somewhere, body: { name: 'Night' } },
        { kind: 'awayReason', id: somewhere, body: { name: '' } },
      ]
      await reviewer.locator('input[type=file]').setInputFiles(file({ format: 1, people: [], items }))
      await reviewer.getByText(t('admin.importFaults')).waitFor()
    },
  },
  {
    name: '36-first-steps',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      await follow(cast.reviewer, '/settings/first-steps')
      await cast.reviewer.getByText(cast.t('admin.stepDone')).first().waitFor()
    },
  },
]
