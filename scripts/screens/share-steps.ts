/** The part of the tour in which a conversation leaves the house. */
import { button, type Step } from './acts.ts'

export const shareSteps: Step[] = [
  {
    name: '23-replay-download',
    routes: ['/desk/replay/:id'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.getByRole('button', button(t('share.download'))).click()
      await reviewer.getByRole('dialog').getByText(t('share.downloadLogged')).waitFor()
    },
  },
]
