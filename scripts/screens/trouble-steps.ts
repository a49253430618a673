/** The part of the tour in which the browser, the network, the server or the other side says no. */
import { words as launcherWords } from '../../client/widget/launcher/words.ts'
import { button, type Step } from './acts.ts'
import type { Cast } from './people.ts'

export const panelPage = '**/widget/panel?*'
const sessions = '**/api/visitor/session'
const callParts = '**/assets/panel/call-parts*'

async function openPanel({ visitor, stack, look }: Cast, page: string): Promise<void> {
  await visitor.goto(`${stack.url}${page}?lang=${look.locale}`)
  await visitor.getByRole('button', { name: launcherWords[look.locale].chat }).click()
}

/** On the shop's pages; the server is still away after them. */
export const shutOutSteps: Step[] = [
  {
    name: '04a-refused',
    routes: ['/demo/lamp', '/widget/panel'],
    who: ['visitor'],
    go: async (cast) => {
      // As it answers when the site is no more.
      const gone = { status: 404, json: { code: 'notFound' } }
      await cast.visitor.route(sessions, (route) => route.fulfill(gone))
      await openPanel(cast, '/demo/lamp')
      await cast.panel.getByRole('heading', button(cast.t('widget.refused'))).waitFor()
    },
  },
  {
    name: '04b-server-away',
    routes: ['/demo/chair'],
    who: ['visitor'],
    go: async (cast) => {
      const { visitor, look } = cast
      await visitor.unroute(sessions)
      await visitor.route(panelPage, (route) => route.abort('connectionrefused'))
      await openPanel(cast, '/demo/chair')
      await visitor.getByText(launcherWords[look.locale].away).waitFor()
    },
  },
]

/** Before the first call, of which nothing is fetched yet. The one after them loads the panel anew. */
export const unfetchedSteps: Step[] = [
  {
    name: '09b-part-missing',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ visitor, panel, t }) => {
      await visitor.route(callParts, (route) => route.abort())
      await panel.getByRole('button', button(t('widget.voiceCall'))).hover()
      await panel.getByText(t('common.missing')).waitFor()
    },
  },
  {
    name: '09c-outdated',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ visitor, panel, t }) => {
      // It would load itself anew where that takes nothing away.
      await panel.getByRole('textbox', button(t('ui.message'))).fill('Can you show me')
      await visitor.unroute(callParts)
      await visitor.route(callParts, (route) => route.fulfill({ status: 404 }))
      await panel.getByRole('button', button(t('common.tryAgain'))).click()
      await panel.getByText(t('common.outdated')).waitFor()
    },
  },
]

/** What was not sent is still there. */
export async function loadAnew({ visitor, panel, t }: Cast): Promise<void> {
  await visitor.unroute(callParts)
  await panel.getByRole('button', button(t('common.loadAnew'))).click()
  await panel.getByText(t('common.outdated')).waitFor({ state: 'detached' })
  await panel.getByRole('textbox', button(t('ui.message'))).fill('')
}

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
  {
    name: '10c-no-microphone',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, t }) => {
      await panel.getByRole('main').evaluate(() => {
        const { mediaDevices } = navigator
        mediaDevices.getUserMedia = () => {
          Reflect.deleteProperty(mediaDevices, 'getUserMedia')
          return Promise.reject(new DOMException('Requested device not found', 'NotFoundError'))
        }
      })
      await panel.getByRole('button', button(t('call.tryAgain'))).click()
      await panel.getByText(t('call.trouble_mic_none')).waitFor()
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
