/**
 * The one registry of screens and states: each step brings the product into a state by doing what a person would do, and
 * names who is to be looked at. Screenshots and accessibility checks walk the same tour.
 */
import { words as launcherWords } from '../../client/widget/launcher/words.ts'
import { accessTour } from './access-tour.ts'
import { answer, button, earlierOnes, inSight, moving, openMine, say, type Step } from './acts.ts'
import { judgeTour } from './judge-tour.ts'
import { linkOf } from './people.ts'
import { finderSteps } from './finder-steps.ts'
import { formsTour } from './forms-tour.ts'
import { keepingTour } from './keeping-tour.ts'
import { adminTour } from './tour-admin.ts'
import { recordingSteps } from './recording-steps.ts'
import { replySteps } from './reply-steps.ts'
import { board, inCall } from './team-tour.ts'
import { captionSteps, saidSteps, withCaptions, writeDown } from './said-steps.ts'
import { shareSteps } from './share-steps.ts'
import { declinedSteps, refusedSteps } from './trouble-steps.ts'
import { waitingSteps } from './waiting-steps.ts'

export const tour: Step[] = [
  {
    name: '01-sign-in',
    routes: ['/desk'],
    who: ['agent'],
    go: async ({ agent, stack, t }) => {
      await agent.goto(`${stack.url}/desk`)
      await agent.getByRole('button', button(t('desk.signIn'))).waitFor()
    },
  },
  {
    name: '02-sign-in-by-link',
    routes: ['/desk'],
    who: ['agent'],
    go: async (cast) => {
      await cast.agent.goto(linkOf(cast, 'Sara'))
      await cast.agent.getByText(cast.t('desk.signInLinkHint')).waitFor()
    },
  },
  {
    name: '03-desk-empty',
    routes: ['/desk'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.getByRole('button', button(t('desk.signIn'))).click()
      await agent.getByText(t('desk.noneMine')).waitFor()
    },
  },
  {
    name: '04-shop-launcher',
    routes: ['/demo', '/demo/lamp', '/demo/chair'],
    who: ['visitor'],
    go: async ({ visitor, stack, look }) => {
      for (const page of ['/demo/lamp', '/demo/chair', '/demo']) {
        await visitor.goto(`${stack.url}${page}?lang=${look.locale}`)
      }
      await visitor.locator('iframe, [data-parley], parley-widget').first().waitFor({ state: 'attached' })
    },
  },
  {
    name: '05-panel-nobody-there',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ visitor, panel, look, t }) => {
      await visitor.getByRole('button', { name: launcherWords[look.locale].chat }).click()
      await panel.getByText(t('widget.greetingLater')).waitFor()
    },
  },
  {
    name: '06-available',
    routes: ['/desk'],
    who: ['agent', 'visitor'],
    go: async ({ agent, visitor, panel, look, t }) => {
      await agent.getByRole('button', button(t('desk.available'))).click()
      await agent.getByText(t('desk.statusAvailable')).waitFor()
      await visitor.reload()
      await visitor.getByRole('button', { name: launcherWords[look.locale].chat }).click()
      await panel.getByText(t('widget.greetingNow')).waitFor()
    },
  },
  {
    name: '06-devices',
    routes: ['/desk/devices'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.getByRole('link', button(t('devices.title'))).click()
      await agent.getByRole('button', button(t('devices.camOn'))).click()
      await agent.getByRole('button', button(t('devices.test'))).click()
      await agent.getByText(t('devices.roundTrip')).waitFor({ timeout: 20_000 })
      await agent.locator('video').first().waitFor()
    },
  },
  {
    name: '06-devices-suppressing',
    routes: ['/desk/devices'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.getByLabel(t('devices.hush'), { exact: true }).check()
      // In the place of the browser's own. It runs once the microphone hears something, if anything.
      const browsers = agent.getByLabel(t('call.processing_noise'), { exact: true })
      await browsers.and(agent.locator(':disabled')).waitFor()
    },
  },
  {
    name: '06a-statuses',
    routes: ['/desk'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.getByLabel(t('devices.hush'), { exact: true }).uncheck()
      await agent.getByRole('link', button(t('desk.inbox'))).click()
      await agent.getByRole('button', button(t('work.allStatuses'))).click()
      await agent.getByRole('menuitemradio').first().waitFor()
    },
  },
  {
    name: '07-waiting-and-offer',
    routes: ['/desk'],
    who: ['visitor', 'agent'],
    go: async (cast) => {
      await cast.agent.keyboard.press('Escape')
      await say(cast, 'Is the lamp in stock? https://example.com/lamp')
      await cast.agent.getByRole('button', button(cast.t('desk.accept'))).waitFor()
    },
  },
  {
    name: '08-conversation',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async (cast) => {
      await cast.agent.getByRole('button', button(cast.t('desk.accept'))).click()
      await openMine(cast)
      await answer(cast, 'Yes, two are here. Shall I show you?')
      await say(cast, 'Please do')
    },
  },
  ...replySteps,
  {
    name: '09-note',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.getByRole('textbox', button(t('ui.message'))).fill('')
      await agent
        .getByRole('button', button(t('desk.addNote')))
        .or(agent.getByText(t('desk.addNote'), { exact: true }))
        .first()
        .click()
      await agent.getByRole('textbox').first().fill('Regular customer; likes the oak one.')
    },
  },
  {
    name: '09a-mention',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent'],
    go: async ({ agent }) => {
      await agent.getByRole('textbox').first().pressSequentially(' @')
      await agent.getByRole('option').first().waitFor()
    },
  },
  {
    name: '10-consent',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, agent, lose, t }) => {
      await lose(0)
      await agent.getByRole('option').first().click()
      await agent.getByRole('button', button(t('desk.saveNote'))).click()
      await agent.getByText(t('desk.replyMode'), { exact: true }).click()
      await panel.getByRole('button', button(t('widget.voiceCall'))).click()
      await panel.getByRole('button', button(t('call.agree'))).waitFor()
    },
  },
  ...refusedSteps,
  {
    name: '11-ringing',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async ({ panel, agent, t }) => {
      await panel.getByRole('button', button(t('call.tryAgain'))).click()
      await agent.getByRole('button', button(t('call.accept'))).waitFor()
    },
  },
  {
    name: '12-voice',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async ({ panel, agent, stack, t }) => {
      await withCaptions(stack, async () => {
        await agent.getByRole('button', button(t('call.accept'))).click()
        await panel.getByText(t('call.recording'), { exact: true }).waitFor()
      })
      await agent.getByText(t('call.recording'), { exact: true }).first().waitFor()
    },
  },
  ...captionSteps,
  ...recordingSteps,
  ...inCall,
  {
    name: '13-video-consent',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, agent, t }) => {
      await agent.getByRole('button', button(t('call.camOn'))).click()
      await panel.getByRole('button', button(t('call.camOn'))).click()
      const agree = panel.getByRole('button', button(t('call.agree')))
      await agree.waitFor()
      await inSight(agree)
    },
  },
  {
    name: '14-video',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async ({ visitor, panel, agent, t }) => {
      await panel.getByRole('button', button(t('call.agree'))).click()
      await panel.getByRole('button', button(t('call.camOff'))).waitFor()
      await moving(visitor, panel)
      await moving(agent, agent)
    },
  },
  {
    name: '14b-pictures-out',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent', 'window'],
    windows: true,
    go: async (cast) => {
      const { agent, t } = cast
      const out = agent.getByRole('button', button(t('desk.picturesOut')))
      ;[cast.window] = await Promise.all([agent.context().waitForEvent('page'), out.click()])
      await cast.window.setViewportSize({ width: 480, height: 360 })
      await cast.window.getByRole('button', button(t('call.hangUp'))).waitFor()
      await moving(cast.window, cast.window)
      await agent.getByText(t('desk.picturesAway')).waitFor()
    },
  },
  {
    name: '14c-pictures-back',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent'],
    windows: true,
    go: async ({ agent, t }) => {
      await agent.getByRole('button', button(t('desk.picturesBack'))).click()
      await moving(agent, agent)
    },
  },
  {
    name: '15-muted',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async ({ panel, t }) => {
      await panel.getByRole('button', button(t('call.mute'))).click()
      await panel.getByRole('button', button(t('call.unmute'))).waitFor()
    },
  },
  {
    name: '15-weak',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async ({ lose, panel, agent, t }) => {
      await lose(40)
      await panel.getByText(t('call.weakYou_loss')).waitFor()
      await agent.locator('.call-notice').waitFor()
      await lose(null)
    },
  },
  {
    name: '15a-hold',
    routes: ['/widget/panel', '/desk/c/:id'],
    who: ['visitor', 'agent'],
    go: async ({ panel, agent, t }) => {
      await agent.getByRole('button', button(t('call.hold'))).click()
      await panel.getByText(t('call.onHold'), { exact: true }).first().waitFor()
      await agent.getByRole('button', button(t('call.resume'))).waitFor()
    },
  },
  {
    name: '15b-window-blocked',
    routes: ['/widget/panel'],
    who: ['visitor'],
    windows: true,
    go: async ({ panel, t }) => {
      await panel.getByRole('main').evaluate(() => {
        const { open } = window
        window.open = () => {
          window.open = open
          return null
        }
      })
      await panel.getByRole('button', button(t('call.popOut'))).click()
      const why = panel.getByText(t('call.popOutBlocked'))
      await why.waitFor()
      await inSight(why)
    },
  },
  {
    name: '15c-own-window',
    routes: ['/widget/panel'],
    who: ['window', 'visitor'],
    windows: true,
    go: async (cast) => {
      const { visitor, panel, t } = cast
      const out = panel.getByRole('button', button(t('call.popOut')))
      ;[cast.window] = await Promise.all([visitor.waitForEvent('popup'), out.click()])
      await cast.window.getByRole('button', button(t('call.hangUp'))).waitFor()
      await cast.window.getByText(t('call.onHold'), { exact: true }).first().waitFor()
      await panel.getByRole('button', button(t('call.bringHere'))).waitFor()
    },
  },
  {
    name: '15d-brought-back',
    routes: ['/widget/panel'],
    who: ['visitor'],
    windows: true,
    go: async ({ window, panel, t }) => {
      await panel.getByRole('button', button(t('call.bringHere'))).click()
      await window.getByRole('button', button(t('call.bringHere'))).waitFor()
      await window.close()
      await panel.getByRole('button', button(t('call.hangUp'))).waitFor()
    },
  },
  {
    name: '16-call-ended',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async ({ panel, agent, t }) => {
      await panel.getByRole('button', button(t('call.hangUp'))).click()
      await agent
        .getByRole('button', button(t('call.again')))
        .first()
        .waitFor()
    },
  },
  {
    name: '16a-connection-test',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, t }) => {
      const test = panel.getByRole('region', { name: t('call.tryConnection') })
      await test.getByRole('button', button(t('call.tryConnection'))).click()
      await test.getByText(t('devices.testHint')).waitFor()
    },
  },
  ...declinedSteps,
  {
    name: '17-offline',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ visitor, panel, t }) => {
      await visitor.context().setOffline(true)
      await panel.getByRole('textbox', button(t('ui.message'))).fill('Written without a connection')
      await panel.getByRole('button', button(t('ui.send'))).click()
      await panel
        .getByText(t('common.reconnecting'))
        .or(panel.getByText(t('common.offline')))
        .first()
        .waitFor({ timeout: 40_000 })
    },
  },
  {
    name: '18-back-online',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ visitor, agent }) => {
      await visitor.context().setOffline(false)
      await agent.getByText('Written without a connection').locator('visible=true').first().waitFor()
    },
  },
  {
    name: '19-ended',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async ({ panel, agent, t }) => {
      await agent.getByRole('button', button(t('desk.end'))).click()
      await panel.getByText(t('widget.endedNext')).waitFor()
    },
  },
  {
    name: '20-earlier-list',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent'],
    go: async (cast) => {
      const { agent, look, t } = cast
      await say(cast, 'And does the chair come in oak?')
      await agent.getByRole('button', button(t('desk.accept'))).click()
      await openMine(cast)
      if (look.width < 1100) await agent.getByRole('button', button(t('desk.details'))).click()
      await earlierOnes(cast).first().waitFor()
    },
  },
  {
    name: '21-earlier-conversation',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent'],
    go: async (cast) => {
      await earlierOnes(cast).first().click()
      const log = cast.agent.getByRole('region', { name: cast.t('desk.earlierOpen') }).getByRole('log')
      const [words, before] = [
        log.getByText('Please do'),
        log.getByRole('button', button(cast.t('ui.earlier'))),
      ]
      // However much was noted of the call since: each time its connection was weak, say.
      for (;;) {
        await words.or(before).first().waitFor()
        if (await words.isVisible()) break
        // It may go with what it brings.
        await before.click({ timeout: 2_000 }).catch(() => undefined)
      }
    },
  },
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
  ...waitingSteps,
  ...adminTour,
  ...keepingTour,
  ...judgeTour,
  ...formsTour,
  ...board,
  ...accessTour,
]
