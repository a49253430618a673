/** The part of the tour in which the agent looks through canned replies, and keeps ones of their own in folders. */
import { button, type Step } from './acts.ts'
import type { Cast } from './people.ts'

const routes = ['/desk/c/:id/:earlier?']

const own = [
  { name: 'Postage', folder: 'Delivery', text: 'Within the country postage is free.' },
  { name: 'Customs', folder: 'Delivery/Abroad', text: 'Customs are yours to pay, {visitor.name}.' },
]

/** In the open dialog. */
async function keep({ agent, t }: Cast, reply: (typeof own)[number]): Promise<void> {
  const dialog = agent.getByRole('dialog')
  const fields = { replyName: reply.name, replyFolder: reply.folder, replyText: reply.text }
  for (const [label, value] of Object.entries(fields))
    await dialog.getByLabel(t(`work.${label}`), { exact: true }).fill(value)
  await dialog.getByRole('button', button(t('work.saveReply'))).click()
  await dialog.getByRole('listitem').filter({ hasText: reply.name }).waitFor()
}

export const replySteps: Step[] = [
  {
    name: '08a-replies',
    routes,
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.keyboard.press('Escape')
      await agent.getByRole('button', button(t('work.replies'))).click()
      await agent.getByRole('option', button(t('work.myReplies'))).waitFor()
    },
  },
  {
    name: '08b-own-replies',
    routes,
    who: ['agent'],
    go: async (cast) => {
      const { agent, t } = cast
      await agent.getByRole('option', button(t('work.myReplies'))).click()
      for (const reply of own) await keep(cast, reply)
    },
  },
  {
    name: '08c-reply-folders',
    routes,
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.keyboard.press('Escape')
      await agent.getByRole('button', button(t('work.replies'))).click()
      await agent.getByRole('option', { name: 'Delivery ›' }).click()
      await agent.getByRole('option', { name: 'Abroad ›' }).waitFor()
    },
  },
  {
    name: '08d-reply-filled-in',
    routes,
    who: ['agent'],
    go: async ({ agent, t }) => {
      await agent.getByRole('option', { name: 'Abroad ›' }).click()
      await agent.getByRole('option', { name: 'Customs' }).click()
      // What is not known is marked, to be written by hand.
      await agent
        .getByRole('textbox', button(t('ui.message')))
        .and(agent.locator(':focus'))
        .waitFor()
    },
  },
]
