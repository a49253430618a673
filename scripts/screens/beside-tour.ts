/** What an agent opens beside the conversations. */
import { button, type Step } from './acts.ts'

export const besideTour: Step[] = [
  {
    name: '23a-mentions',
    routes: ['/desk'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.getByRole('button', button(t('work.mentions'))).click()
      await agent.getByText(t('work.noMentions')).waitFor()
    },
  },
  {
    name: '24-preferences',
    routes: ['/desk'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.keyboard.press('Escape')
      await agent.getByRole('button', button(t('desk.preferences'))).click()
      await agent.getByRole('dialog').waitFor()
    },
  },
]
