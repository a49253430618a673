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
  {
    name: '23-replay-share',
    routes: ['/desk/replay/:id'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      const dialog = reviewer.getByRole('dialog')
      await reviewer.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      await reviewer.getByRole('button', button(t('share.clip'))).click()
      await dialog.getByLabel(t('share.clipFor')).fill('Bahram')
      await dialog.getByRole('button', button(t('share.clipMake'))).click()
      await dialog.getByLabel(t('share.clipUrl')).waitFor()
      await dialog.getByRole('listitem').first().waitFor()
    },
  },
  {
    name: '23-clip',
    routes: ['/clip'],
    who: ['reviewer'],
    go: async ({ reviewer, look, t }) => {
      const url = await reviewer.getByRole('dialog').getByLabel(t('share.clipUrl')).inputValue()
      await reviewer.goto(url.replace('/clip#', `/clip?lang=${look.locale}#`))
      await reviewer.getByRole('button', button(t('replay.play'))).waitFor()
    },
  },
]
