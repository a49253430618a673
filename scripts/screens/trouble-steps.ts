/** The part of the tour in which the browser, the network or the other side says no. */
import { button, type Step } from './acts.ts'

/** After the visitor was asked for consent; the one after them tries again. */
export const refusedSteps: Step[] = [
  {
    name: '10a-browser-asks',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, t }) => {
      // In place of the browser's question, which fake devices answer at once.
      await panel.getByRole('main').evaluate(() => {
        const { mediaDevices } = navigator
        mediaDevices.getUserMedia = () =>
          new Promise((_, refuse) => {
            const answer = () => {
              Reflect.deleteProperty(mediaDevices, 'getUserMedia')
              refuse(new DOMException('Permission denied', 'NotAllowedError'))
            }
            addEventListener('refused', answer, { once: true })
          })
      })
      await panel.getByRole('button', button(t('call.agree'))).click()
      await panel.getByText(t('call.promptHow')).waitFor()
    },
  },
  {
    name: '10b-microphone-refused',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, t }) => {
      await panel.getByRole('main').evaluate(() => dispatchEvent(new Event('refused')))
      await panel
        .getByText(t('call.trouble_mic_refused'))
        .or(panel.getByText(t('call.trouble_mic_dismissed')))
        .waitFor()
    },
  },
]

/** After a call. */
export const declinedSteps: Step[] = [
  {
    name: '16b-declined',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async ({ panel, agent, t }) => {
      await panel.getByRole('button', button(t('widget.voiceCall'))).click()
      await agent.getByRole('button', button(t('call.decline'))).click()
      await panel.getByText(t('call.declined')).first().waitFor()
    },
  },
]
