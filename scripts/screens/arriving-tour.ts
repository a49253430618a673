/** An agent signs in and looks to their devices; a visitor finds the shop's launcher. */
import { button, type Step } from './acts.ts'
import { linkOf } from './people.ts'
import { panelPage, shutOutSteps } from './trouble-steps.ts'

export const arrivingTour: Step[] = [
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
    routes: ['/demo'],
    who: ['visitor'],
    go: async ({ visitor, stack, look }) => {
      await visitor.goto(`${stack.url}/demo?lang=${look.locale}`)
      await visitor.locator('iframe, [data-parley], parley-widget').first().waitFor({ state: 'attached' })
    },
  },
  ...shutOutSteps,
  {
    name: '05-panel-nobody-there',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ visitor, panel, t }) => {
      await visitor.unroute(panelPage)
      // At once, not only when the next try is due.
      await visitor.evaluate(() => dispatchEvent(new Event('online')))
      await panel.getByText(t('widget.greetingLater')).waitFor()
    },
  },
  {
    name: '06-available',
    routes: ['/desk'],
    who: ['agent', 'visitor'],
    go: async ({ agent, panel, t }) => {
      await agent.getByRole('button', button(t('desk.available'))).click()
      await agent.getByText(t('desk.statusAvailable')).waitFor()
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
]
