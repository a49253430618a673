/** Visitor and agent talk, first by voice, then with their cameras. */
import { button, inSight, moving, type Step } from './acts.ts'
import { offlineSteps } from './offline-steps.ts'
import { recordingSteps } from './recording-steps.ts'
import { captionSteps, withCaptions } from './said-steps.ts'
import { inCall } from './team-tour.ts'
import { declinedSteps, loadAnew, refusedSteps, unfetchedSteps } from './trouble-steps.ts'
import { picturesOutSteps, popOutSteps } from './window-steps.ts'

export const callTour: Step[] = [
  ...unfetchedSteps,
  {
    name: '10-consent',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async (cast) => {
      const { panel, agent, lose, t } = cast
      await loadAnew(cast)
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
    go: async ({ visitor, panel, agent, t }) => {
      await agent.getByRole('button', button(t('call.camOn'))).click()
      // Its picture moves what the visitor is to press: a button that goes away under the finger is not pressed.
      await moving(visitor, panel)
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
  ...picturesOutSteps,
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
  ...offlineSteps,
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
  ...popOutSteps,
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
]
