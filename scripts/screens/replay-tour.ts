/** What was recorded is found, replayed and handed out. */
import { button, moving, type Step } from './acts.ts'
import { finderSteps } from './finder-steps.ts'
import { linkOf } from './people.ts'
import { saidSteps, writeDown } from './said-steps.ts'
import { shareSteps } from './share-steps.ts'

export const replayTour: Step[] = [
  {
    name: '22-replay-list',
    routes: ['/desk/replay'],
    who: ['reviewer'],
    go: async (cast) => {
      await cast.reviewer.goto(linkOf(cast, 'Kian'))
      await cast.reviewer.getByRole('button', button(cast.t('desk.signIn'))).click()
      await cast.reviewer
        .getByRole('button', button(cast.t('desk.signOut')))
        .first()
        .waitFor()
      await cast.reviewer.goto(`${cast.stack.url}/desk/replay`)
      await cast.reviewer.getByText(cast.t('replay.recorded'), { exact: true }).first().waitFor()
      await writeDown(cast.stack)
    },
  },
  ...finderSteps,
  {
    name: '23-replay',
    routes: ['/desk/replay/:id'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      const recorded = reviewer.getByRole('row').filter({ hasText: t('replay.recorded') })
      await recorded.getByRole('link').click()
      // Until its lanes are there it is being prepared.
      await reviewer.getByRole('img', button(t('replay.wave_visitor'))).waitFor({ timeout: 60_000 })
      // Into the middle of where the visitor's camera is on; a hole over it is pressed through.
      await reviewer.getByTitle(t('replay.video_visitor_cam'), { exact: true }).first().click({ force: true })
      await reviewer
        .getByLabel(t('replay.video_visitor_cam'), { exact: true })
        .locator('visible=true')
        .first()
        .waitFor()
      await reviewer.getByRole('button', button(t('replay.play'))).click()
      await reviewer.getByRole('button', button(t('replay.pause'))).waitFor()
      await moving(reviewer, reviewer)
    },
  },
  {
    name: '23-replay-part',
    routes: ['/desk/replay/:id'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.getByRole('button', button(t('replay.zoomIn'))).click()
      await reviewer.getByRole('checkbox', button(t('replay.skipSilence'))).check()
      await reviewer.getByRole('button', button(t('replay.loopFrom'))).click()
      await reviewer.getByRole('button', button(t('replay.loopEnd'))).waitFor()
    },
  },
  ...saidSteps,
  ...shareSteps,
]
