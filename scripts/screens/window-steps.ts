/** The part of the tour in which a call or its pictures go into a window of their own and come back. */
import { button, inSight, moving, type Step } from './acts.ts'

/** The agent takes the pictures out. */
export const picturesOutSteps: Step[] = [
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
    who: [],
    windows: true,
    go: async ({ agent, t }) => {
      await agent.getByRole('button', button(t('desk.picturesBack'))).click()
      await moving(agent, agent)
    },
  },
]

/** The visitor takes the call out. */
export const popOutSteps: Step[] = [
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
    who: [],
    windows: true,
    go: async ({ window, panel, t }) => {
      await panel.getByRole('button', button(t('call.bringHere'))).click()
      await window.getByRole('button', button(t('call.bringHere'))).waitFor()
      await window.close()
      await panel.getByRole('button', button(t('call.hangUp'))).waitFor()
    },
  },
]
