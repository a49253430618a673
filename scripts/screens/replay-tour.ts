/** What was recorded is found, replayed and handed out. */
import { button, moving, type Step } from './acts.ts'
import { finderSteps } from './finder-steps.ts'
import { signIn } from './people.ts'
import { saidSteps, writeDown } from './said-steps.ts'
import { shareSteps } from './share-steps.ts'

const mediaFiles = '**/api/replay/*/media/**'

export const replayTour: Step[] = [
  {
    name: '22-replay-list',
    routes: ['/desk/replay'],
    who: ['reviewer'],
    go: async (cast) => {
      // Who only reviews begins there.
      await signIn(cast, cast.reviewer, 'Kian')
      await cast.reviewer.getByText(cast.t('replay.recorded'), { exact: true }).first().waitFor()
      await writeDown(cast.stack)
    },
  },
  ...finderSteps,
  {
    name: '23-replay-not-loaded',
    routes: ['/desk/replay/:id'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.route(mediaFiles, (route) => route.abort())
      // Once a sound has failed, the further tries of half a minute fail at once.
      await reviewer.evaluate(() => {
        const Real = window.Audio
        const failing = () => {
          const sound = new Real()
          const fail = () => {
            for (let tries = 0; tries < 8; tries++) sound.dispatchEvent(new Event('error'))
          }
          sound.addEventListener('error', ({ isTrusted }) => void (isTrusted && setTimeout(fail)))
          return sound
        }
        // Called with `new` it answers what the function does.
        window.Audio = new Proxy(Real, { construct: failing })
        addEventListener('files back', () => Object.assign(window, { Audio: Real }), { once: true })
      })
      const recorded = reviewer.getByRole('row').filter({ hasText: t('replay.recorded') })
      await recorded.getByRole('link').click()
      // Until its lanes are there it is being prepared.
      await reviewer.getByRole('img', button(t('replay.wave_visitor'))).waitFor({ timeout: 60_000 })
      await reviewer.getByText(t('replay.notLoaded', { what: t('replay.sound') })).waitFor()
    },
  },
  {
    name: '23-replay',
    routes: ['/desk/replay/:id'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      await reviewer.unroute(mediaFiles)
      await reviewer.evaluate(() => dispatchEvent(new Event('files back')))
      await reviewer.getByRole('button', button(t('common.tryAgain'))).click()
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
