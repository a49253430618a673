/** A conversation ends, and is an earlier one. */
import { button, earlierOnes, endNow, openMine, say, type Step } from './acts.ts'
import { written } from './offline-steps.ts'

export const endingTour: Step[] = [
  {
    name: '19-ended',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async (cast) => {
      const { panel, agent, t } = cast
      await endNow(cast)
      await panel.getByText(t('widget.endedNext')).waitFor()
      await agent.getByText(written).locator('visible=true').first().waitFor()
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
]
