/** Who may hear: the rule that a replay must be granted, asking for one, and what is asked. Last, since it locks every replay. */
import { button, follow, type Step } from './acts.ts'
import { at, field, press, saved, settings } from './tour-admin.ts'

export const accessTour: Step[] = [
  {
    name: '90-agents-rule',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await follow(reviewer, '/settings/access/new')
      await field(reviewer, t('admin.name')).fill('Agents, their own')
      await reviewer.getByRole('checkbox', button(t('desk.role_agent'))).check()
      await field(reviewer, t('access.whose')).selectOption({ label: t('access.whose_own') })
      await saved(cast)
    },
  },
  {
    name: '90-own-replay',
    routes: ['/desk/replay/:id'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await follow(agent, '/reviews')
      await agent.getByRole('button', { name: 'Service' }).click()
      await agent.getByRole('link', button(t('replay.open'))).click()
      await agent.getByRole('region', button(t('judge.history'))).waitFor()
      await agent.getByRole('button', button(t('replay.play'))).waitFor()
    },
  },
  {
    name: '90-access-rule',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await at(cast, '/access')
      await reviewer.getByRole('link', { name: 'Everybody who reviews' }).click()
      await field(reviewer, t('access.askFrom')).selectOption({ label: t('access.ask_normal') })
      await saved(cast)
    },
  },
  {
    name: '91-ask-replay',
    routes: ['/desk/replay/:id'],
    who: ['reviewer'],
    go: async ({ reviewer, stack, t }) => {
      await reviewer.goto(`${stack.url}/desk/replay`)
      const locked = reviewer.getByRole('row').filter({ hasText: t('access.locked') })
      await locked.first().getByRole('link').click()
      await press(reviewer, t('access.ask'))
      await reviewer.getByText(t('access.needed')).waitFor()
      await reviewer.getByRole('textbox', button(t('access.why'))).fill('A complaint about a delivery')
      await press(reviewer, t('access.ask'))
      await reviewer.getByText(t('access.waitsHint')).waitFor()
    },
  },
  {
    name: '92-replay-requests',
    routes: ['/desk/requests'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await follow(reviewer, '/requests')
      await reviewer.getByText('A complaint about a delivery').waitFor()
      await reviewer.getByText(t('access.noneOthers')).waitFor()
    },
  },
]
