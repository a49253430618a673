/** Reviews: a scorecard is made and published, a conversation scored by it, and its agent disputes that. */
import type { Page } from 'playwright-core'
import { button, follow, type Step } from './acts.ts'
import type { Cast } from './people.ts'

const settings = '/desk/settings/:section?/:id?'
const reviews = '/desk/reviews/:place?/:id?'

const press = (page: Page, name: string) => page.getByRole('button', button(name)).first().click()
const field = (page: Page, name: string) =>
  page.getByRole('form').first().getByLabel(name, { exact: true }).first()

async function saved({ reviewer, t }: Cast): Promise<void> {
  await press(reviewer, t('admin.save'))
  await reviewer.getByText(t('admin.saved')).first().waitFor()
  await reviewer.waitForURL((url) => !url.pathname.endsWith('/new'))
}

const answer = (page: Page, question: string, name: string) =>
  page.getByRole('group', { name: question }).getByRole('radio', { name, exact: true }).check()

export const judgeTour: Step[] = [
  {
    name: '40-scorecard-faults',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await follow(reviewer, '/settings/scorecards/new')
      await field(reviewer, t('admin.name')).fill('Service')
      await field(reviewer, t('judge.section')).fill('Manners')
      await field(reviewer, t('judge.question')).fill('Did they greet?')
      await field(reviewer, t('judge.questionWeight')).fill('90')
      await saved(cast)
      await reviewer.getByText(t('judge.notYet')).waitFor()
    },
  },
  {
    name: '41-scorecard',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await field(reviewer, t('judge.questionWeight')).fill('100')
      await saved(cast)
      await press(reviewer, t('judge.publish'))
      await reviewer.getByText(t('judge.isPublished')).waitFor()
    },
  },
  {
    name: '41a-sampling',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, stack, t } = cast
      await reviewer.goto(`${stack.url}/desk/settings/sampling/new`)
      await field(reviewer, t('admin.name')).fill('Two of each')
      await field(reviewer, t('judge.scorecard')).selectOption({ label: 'Service' })
      await reviewer.getByRole('form').first().getByRole('checkbox', { name: 'Kian' }).check()
      await saved(cast)
      await reviewer.getByRole('region', { name: t('judge.runs') }).waitFor()
      await press(reviewer, t('judge.wouldTakeNow'))
      await reviewer.locator('.notice').waitFor()
    },
  },
  {
    name: '42-review',
    routes: ['/desk/replay/:id'],
    who: ['reviewer'],
    go: async ({ reviewer, stack, t }) => {
      await reviewer.goto(`${stack.url}/desk/replay`)
      // Not a message left to nobody.
      const recorded = reviewer
        .getByRole('row')
        .filter({ hasText: t('replay.recorded') })
        .filter({ hasText: 'Sara' })
      await recorded.first().getByRole('link').click()
      await press(reviewer, t('judge.review'))
      await reviewer.getByLabel(t('judge.whom')).selectOption({ label: 'Sara' })
      await press(reviewer, t('judge.start'))
      await press(reviewer, t('judge.submit'))
      await reviewer.getByText(t('judge.needsAnswer')).waitFor()
      await press(reviewer, t('judge.flagHere'))
      await reviewer.getByText(t('judge.flagged')).waitFor()
    },
  },
  {
    name: '43-review-done',
    routes: ['/desk/replay/:id'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await answer(reviewer, 'Did they greet?', t('judge.no'))
      await press(reviewer, t('judge.submit'))
      await reviewer.getByRole('region', { name: t('judge.history') }).waitFor()
    },
  },
  {
    name: '43a-moment',
    routes: [reviews],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await follow(agent, '/reviews')
      await agent.getByRole('button', { name: 'Service' }).click()
      // Named by its time of day.
      await agent
        .getByRole('list', button(t('judge.comments')))
        .getByRole('button')
        .click()
      await agent
        .getByRole('dialog')
        .getByRole('button', button(t('replay.play')))
        .waitFor()
    },
  },
  {
    name: '43b-moment-whole',
    routes: [reviews],
    who: ['agent'],
    go: async ({ agent, t }) => {
      const dialog = agent.getByRole('dialog')
      await dialog.getByRole('checkbox', button(t('replay.later'))).check()
      await dialog.getByRole('slider', button(t('replay.seek'))).press('End')
    },
  },
  {
    name: '44-my-reviews',
    routes: [reviews],
    who: ['agent', 'reviewer'],
    go: async ({ agent, reviewer, t }) => {
      await agent.keyboard.press('Escape')
      await press(agent, t('judge.dispute'))
      await follow(reviewer, '/reviews/work')
      await reviewer.getByText(t('judge.noWork')).waitFor()
    },
  },
  {
    name: '45-disputes',
    routes: [reviews],
    who: ['agent', 'reviewer'],
    go: async ({ agent, reviewer, t }) => {
      await agent.getByLabel(t('judge.disputeWhy')).fill('I did greet')
      await press(agent, t('judge.dispute'))
      await agent.getByText('I did greet').waitFor()
      await follow(reviewer, '/reviews/disputes')
      await reviewer.getByText(t('judge.noDisputes')).or(reviewer.locator('.review-line')).first().waitFor()
    },
  },
  {
    name: '46-calibration',
    routes: [reviews],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await follow(reviewer, '/reviews/calibration/new')
      await reviewer.getByLabel(t('judge.calibrationName'), { exact: true }).fill('October')
      await reviewer.getByRole('checkbox', { name: 'Kian' }).waitFor()
    },
  },
  {
    name: '47-results',
    routes: [reviews],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await follow(reviewer, '/reviews/results')
      await reviewer.getByRole('img', { name: t('judge.plotWeeks') }).waitFor()
    },
  },
]
