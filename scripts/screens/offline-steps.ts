/** The part of the tour in which both sides of a call lose their connection. */
import type { Locator } from 'playwright-core'
import { button, inSight, type Step } from './acts.ts'
import type { Cast } from './people.ts'

/** The newest of what was written in the conversation with the call. */
export const written = 'Written without a connection'

/** The documents that the two sides of the call have before them. */
const sides = ({ panel, agent }: Cast): Locator[] => [panel.locator('body'), agent.locator('body')]

const offline = ({ visitor, agent }: Cast, is: boolean): Promise<unknown> =>
  Promise.all([visitor, agent].map((page) => page.context().setOffline(is)))

/**
 * Offline, a browser cuts what is sent over sockets and lets media flow. So it is told over and again that its network has changed:
 * not more often than answers are waited for, since each time one is asked for anew.
 */
const doubt = (side: Locator): Promise<void> =>
  side.evaluate(() => {
    const tell = () => dispatchEvent(new Event('online'))
    const timer = setInterval(tell, 2_500)
    addEventListener('online', (event) => event.isTrusted && clearInterval(timer))
    tell()
  })

/** Throws where less than a message or two can be read at once. */
const readable = (log: Locator): Promise<void> =>
  log.evaluate(({ clientHeight }) => {
    if (clientHeight < 80) throw new Error(`${clientHeight} px are left for what was written`)
  })

/** So much later by the page's clock. */
const pass = (side: Locator, ms: number): Promise<void> =>
  side.evaluate((_, passed) => {
    const { now } = Date
    Date.now = () => now() + passed
    addEventListener('online', (event) => event.isTrusted && Object.assign(Date, { now }), { once: true })
  }, ms)

/** During a call. */
export const offlineSteps: Step[] = [
  {
    name: '15-reconnecting',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async (cast) => {
      const { panel, t } = cast
      await offline(cast, true)
      await Promise.all(sides(cast).map(doubt))
      await panel.getByRole('textbox', button(t('ui.message'))).fill(written)
      await panel.getByRole('button', button(t('ui.send'))).click()
      for (const side of sides(cast)) {
        await side.getByText(t('call.reconnecting'), { exact: true }).waitFor()
        const word = side.getByText(t('common.reconnecting')).or(side.getByText(t('common.offline')))
        await word.first().waitFor()
      }
    },
  },
  {
    name: '15-reconnecting-long',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async (cast) => {
      const { panel, t } = cast
      for (const side of sides(cast)) {
        await pass(side, 8_000)
        await side.getByText(t('call.reconnectingLong')).waitFor()
      }
      await readable(panel.getByRole('log'))
      await inSight(panel.getByRole('textbox', button(t('ui.message'))))
    },
  },
  {
    name: '15-connected-again',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: [],
    go: async (cast) => {
      const { agent, t } = cast
      await offline(cast, false)
      for (const side of sides(cast))
        await side.getByText(t('call.reconnecting'), { exact: true }).waitFor({ state: 'detached' })
      await agent.getByText(written).locator('visible=true').first().waitFor()
    },
  },
]
