/** The part of the tour in which colleagues, guests and supervisors take part. */
import { button, follow, type Step } from './acts.ts'
import { signIn } from './people.ts'

/** While the agent and the visitor are in a call. */
export const inCall: Step[] = [
  {
    name: '12a-transfer',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.getByRole('button', button(t('team.transfer'))).click()
      await agent.getByRole('radio').first().waitFor()
    },
  },
  {
    name: '12a-consult-waits',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent'],
    go: async (cast) => {
      const { agent, reviewer, t } = cast
      // Whoever could come has something to finish first.
      await signIn(cast, reviewer, 'Amir')
      await reviewer.getByRole('button', button(t('work.allStatuses'))).click()
      await reviewer.getByRole('menuitemradio', button(t('work.status_busy'))).click()
      await reviewer.getByText(t('work.statusBusy')).first().waitFor()
      const queue = t('team.everybodysQueue')
      await agent.getByRole('radio', { name: queue }).check()
      await agent.getByRole('button', button(t('team.consult'))).click()
      await agent.getByText(t('team.asksQueue', { name: queue })).waitFor()
    },
  },
  {
    name: '12a-consult-rings',
    routes: ['/desk', '/desk/c/:id/:earlier?'],
    who: ['reviewer', 'agent'],
    go: async ({ agent, reviewer, t }) => {
      await reviewer.getByRole('button', button(t('desk.available'))).click()
      await reviewer.getByText(t('team.forQueue', { queue: t('team.everybodysQueue') })).waitFor()
      await agent.getByText(t('team.rings').trim()).waitFor()
    },
  },
  {
    name: '12b-add-participant',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent'],
    go: async ({ agent, reviewer, t }) => {
      const company = agent.getByRole('region', { name: t('team.company') })
      await company.getByRole('button').last().click()
      await company.waitFor({ state: 'detached' })
      await reviewer.getByRole('button', button(t('desk.away'))).click()
      await agent.getByRole('button', button(t('team.add'))).click()
      await agent.getByRole('textbox', button(t('team.guestName'))).fill('Ivan')
      await agent.getByRole('button', button(t('team.guestMake'))).click()
      await agent.getByRole('textbox', button(t('team.guestUrl'))).waitFor()
    },
  },
  {
    name: '12c-guest-asked',
    routes: ['/guest'],
    who: ['reviewer'],
    go: async ({ agent, reviewer, look, t }) => {
      const url = await agent.getByRole('textbox', button(t('team.guestUrl'))).inputValue()
      await agent.keyboard.press('Escape')
      await reviewer.goto(url.replace('/guest#', `/guest?lang=${look.locale}#`))
      await reviewer.getByRole('button', button(t('guest.join'))).waitFor()
    },
  },
  {
    name: '12d-guest-in-call',
    routes: ['/guest', '/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['reviewer', 'visitor', 'agent'],
    go: async ({ agent, reviewer, t }) => {
      await reviewer.getByRole('button', button(t('guest.join'))).click()
      await reviewer.getByRole('button', button(t('call.mute'))).waitFor()
      await agent.getByRole('region', { name: t('team.company') }).waitFor()
    },
  },
  {
    name: '12d-guest-files',
    routes: ['/guest'],
    who: ['reviewer'],
    go: async ({ reviewer, panel, t }) => {
      const file = { name: 'bill-42.txt', mimeType: 'text/plain', buffer: Buffer.from('Two lamps, oak') }
      await panel.locator('input[type=file]').first().setInputFiles(file)
      await panel.getByRole('button', button(t('ui.send'))).click()
      await reviewer.getByRole('button', { name: file.name }).waitFor()
    },
  },
  {
    name: '12e-guest-gone',
    routes: ['/guest'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.getByRole('button', button(t('call.hangUp'))).click()
      await reviewer.getByText(t('guest.over')).waitFor()
    },
  },
]

/** With a supervisor signed in at the reviewer's page. */
export const board: Step[] = [
  {
    name: '26-board',
    routes: ['/desk/board'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await follow(reviewer, '/board')
      await reviewer.getByRole('table', { name: t('team.queues') }).waitFor()
    },
  },
  {
    name: '27-board-large',
    routes: ['/desk/board'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.getByRole('button', button(t('team.largeScreen'))).click()
      await reviewer.getByRole('button', button(t('team.smallScreen'))).waitFor()
    },
  },
  {
    name: '28-day',
    routes: ['/desk/day/:id?/:date?'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.getByRole('button', button(t('team.smallScreen'))).click()
      await reviewer.locator('.board-agents').getByRole('link', { name: 'Sara' }).click()
      await reviewer.getByRole('table', { name: t('day.talks') }).waitFor()
    },
  },
  {
    name: '28a-day-chosen',
    routes: ['/desk/day/:id?/:date?'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.getByLabel(t('day.date'), { exact: true }).click()
      await reviewer.getByRole('grid').waitFor()
    },
  },
  {
    name: '28b-day-without-work',
    routes: ['/desk/day/:id?/:date?'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.keyboard.press('PageUp')
      await reviewer.keyboard.press('Enter')
      await reviewer.getByText(t('day.none')).waitFor()
    },
  },
  {
    name: '28b-shifts',
    routes: ['/desk/shifts/:date?/:team?'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await follow(reviewer, '/board')
      await reviewer.getByRole('link', button(t('day.shifts'))).click()
      const table = reviewer.getByRole('table', { name: t('day.shifts') })
      await table.getByRole('link', { name: 'Sara' }).waitFor()
    },
  },
  {
    name: '28b-shifts-of-nobody',
    routes: ['/desk/shifts/:date?/:team?'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.getByRole('button', button(t('day.before'))).click()
      await reviewer.getByText(t('day.nobody')).waitFor()
    },
  },
  {
    name: '28c-my-day',
    routes: ['/desk/day/:id?/:date?'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.getByRole('link', button(t('day.mine'))).click()
      await agent.getByRole('table', { name: t('day.statuses') }).waitFor()
    },
  },
]
