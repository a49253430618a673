/** The finder: something found by its words, everything that narrows, nothing found, and searches that are kept. */
import { button, type Step } from './acts.ts'

const field = ({ reviewer, t }: Parameters<Step['go']>[0]) =>
  reviewer.getByRole('textbox', button(t('find.words')))

export const finderSteps: Step[] = [
  {
    name: '22a-found',
    routes: ['/desk/replay'],
    who: ['reviewer'],
    go: async (cast) => {
      await field(cast).fill('please')
      await field(cast).press('Enter')
      await cast.reviewer.locator('mark').first().waitFor()
      await cast.reviewer.getByText(cast.t('find.allFilters')).click()
    },
  },
  {
    name: '22b-nothing-found',
    routes: ['/desk/replay'],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await reviewer.getByRole('checkbox', button(t('find.event_guest'))).check()
      await field(cast).fill('please zanzibar')
      await field(cast).press('Enter')
      await reviewer.getByText(t('find.noLineSo')).waitFor()
    },
  },
  {
    name: '22c-saved-searches',
    routes: ['/desk/replay'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.getByRole('button', button(t('find.saved'))).click()
      const [first, name] = ['Gests', 'Guests who said please']
      await reviewer.getByRole('textbox', button(t('find.keepAs'))).fill(first)
      await reviewer.getByRole('button', button(t('find.keep'))).click()
      // A slip of the pen does not stay: Escape leaves the name as it was, Enter keeps the other, and the pencil has the keyboard again.
      const pencil = { name: t('find.rename').trim() }
      const kept = reviewer.getByRole('listitem').filter({ hasText: name })
      const focused = reviewer.getByRole('button', pencil).and(reviewer.locator(':focus'))
      await reviewer.getByRole('button', pencil).click()
      await reviewer.keyboard.press('Escape')
      await focused.waitFor()
      await reviewer.keyboard.press('Enter')
      await reviewer.getByRole('textbox', pencil).fill(name)
      await reviewer.keyboard.press('Enter')
      await focused.waitFor()
      await kept.waitFor()
      // One press takes it away, and one brings it back as it was.
      await kept.getByRole('button').last().click()
      await kept.waitFor({ state: 'detached' })
      await reviewer.getByRole('button', button(t('common.undo'))).click()
      await kept.waitFor()
    },
  },
  {
    name: '22d-everything-again',
    routes: ['/desk/replay'],
    who: [],
    go: async ({ reviewer, t }) => {
      await reviewer.keyboard.press('Escape')
      await reviewer.getByRole('button', button(t('find.everything'))).click()
      await reviewer.getByText(t('replay.recorded'), { exact: true }).first().waitFor()
    },
  },
]
