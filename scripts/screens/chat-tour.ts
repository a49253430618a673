/** Visitor and agent write to each other. */
import { answer, button, openMine, say, type Step } from './acts.ts'
import { replySteps } from './reply-steps.ts'

export const chatTour: Step[] = [
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
  {
    name: '08-transfer-nobody-there',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.getByRole('button', button(t('team.transfer'))).click()
      await agent.getByRole('radio', { name: t('team.everybodysQueue') }).check()
      await agent.getByRole('checkbox', button(t('team.anyway'))).check()
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
]
