/** What is kept, held and erased, and what waits to be stored. */
import { button, follow, type Step } from './acts.ts'
import type { Cast } from './people.ts'
import { giveUp, loseFiles } from './said-steps.ts'
import { field, press, saved, settings } from './tour-admin.ts'

/** The first of those who are found by what stands in the field. */
async function choosePerson({ reviewer, t }: Cast): Promise<void> {
  // What was found before stands there until the answer comes.
  const answered = reviewer.waitForResponse((answer) => answer.url().includes('/privacy/visitors'))
  await press(reviewer, t('admin.keepFindNow'))
  await (await answered).finished()
  const list = reviewer.getByRole('list').filter({ has: reviewer.getByRole('checkbox') })
  await list.getByRole('checkbox').first().check()
}

export const keepingTour: Step[] = [
  {
    name: '37-keeping-rule',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await follow(reviewer, '/settings/keeping-rules/new')
      await field(reviewer, t('admin.name')).fill('A year at most')
      await field(reviewer, t('admin.keepReason')).fill('GDPR, article 5')
      await saved(cast)
      await press(reviewer, t('admin.keepPreviewNow'))
      await reviewer.locator('.notice').waitFor()
    },
  },
  {
    name: '38-holding',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await reviewer.goto(`${cast.stack.url}/desk/replay`)
      const address = await reviewer.locator('a[href*="/replay/"]').first().getAttribute('href')
      const [conversation = ''] = /[0-9a-f-]{36}/.exec(address ?? '') ?? []
      await follow(reviewer, '/settings/keeping')
      await reviewer.getByLabel(t('admin.keepFind')).fill(conversation)
      await choosePerson(cast)
      await press(reviewer, t('admin.keepHold'))
      const what = reviewer.getByRole('dialog').getByLabel(t('admin.keepHoldWhat'))
      await what.locator(`option[value="${conversation}"]`).waitFor({ state: 'attached' })
      await what.selectOption(conversation)
    },
  },
  {
    name: '38-keeping',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      const dialog = reviewer.getByRole('dialog')
      await dialog.getByLabel(t('admin.keepReason')).fill('File 12 of 2026')
      await dialog.getByRole('button', button(t('admin.keepTitle_hold'))).click()
      await reviewer.getByRole('button', button(t('admin.keepRelease'))).waitFor()
      await choosePerson(cast)
    },
  },
  {
    name: '39-erasing',
    routes: [settings],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await press(reviewer, t('admin.keepErase'))
      const dialog = reviewer.getByRole('dialog')
      await dialog.getByRole('button', button(t('admin.keepTitle_erase'))).click()
      await dialog.getByText(t('admin.needed')).waitFor()
    },
  },
  {
    name: '39a-backlog',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      await follow(cast.reviewer, '/settings/storage')
      await press(cast.reviewer, cast.t('admin.backlogLook'))
      await cast.reviewer.locator('section[aria-busy=false]').waitFor()
    },
  },
  {
    name: '39b-backlog-given-up',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, stack, t } = cast
      await giveUp(stack)
      await press(reviewer, t('admin.backlogLook'))
      await reviewer.getByText(t('admin.backlogDo_untranscribed')).waitFor()
    },
  },
  {
    name: '39c-backlog-lost',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, stack, t } = cast
      await loseFiles(stack)
      await press(reviewer, t('admin.backlogLook'))
      await reviewer.locator('a.keep-name').first().click()
      await reviewer.waitForURL(({ pathname }) => pathname.startsWith('/desk/replay/'))
      await reviewer.goBack()
      await reviewer.getByText(t('admin.lostHint')).scrollIntoViewIfNeeded()
    },
  },
]
