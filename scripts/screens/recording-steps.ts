/** The part of the tour in which a call is no longer recorded, for a while or for good. */
import { button, type Step } from './acts.ts'

export const recordingSteps: Step[] = [
  {
    name: '12-recording-paused',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async ({ panel, agent, t }) => {
      await agent.getByRole('button', button(t('team.pauseRecording'))).click()
      await agent.getByText(t('team.paused')).waitFor()
      await panel.getByText(t('call.recordingPaused'), { exact: true }).first().waitFor()
    },
  },
  {
    name: '12-stop-recording',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, agent, t }) => {
      await agent.getByRole('button', button(t('team.resumeRecording'))).click()
      await panel.getByText(t('call.recording'), { exact: true }).waitFor()
      await panel.getByRole('button', button(t('call.stopRecording'))).click()
      await panel.getByRole('button', button(t('call.keepRecording'))).waitFor()
    },
  },
  {
    name: '12-recorded-on',
    routes: ['/widget/panel'],
    who: [],
    go: async ({ panel, t }) => {
      await panel.getByRole('button', button(t('call.keepRecording'))).click()
      await panel.getByRole('button', button(t('call.stopRecording'))).waitFor()
    },
  },
]
