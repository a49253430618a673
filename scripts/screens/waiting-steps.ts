/** The part of the tour in which nobody answers: leaving word, and being called back. */
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { words as launcherWords } from '../../client/widget/launcher/words.ts'
import { button, follow, type Step } from './acts.ts'
import { inDatabase } from './said-steps.ts'

export const waitingSteps: Step[] = [
  {
    name: '24a-nobody-there',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ visitor, panel, agent, look, stack, t }) => {
      await agent.keyboard.press('Escape')
      await follow(agent, '')
      await agent.getByRole('button', button(t('desk.away'))).click()
      // Somebody who was never here.
      await visitor.evaluate(() => {
        localStorage.clear()
        sessionStorage.clear()
      })
      await visitor.goto(`${stack.url}/demo?lang=${look.locale}`)
      await visitor.getByRole('button', { name: launcherWords[look.locale].chat }).click()
      await panel.getByText(t('waiting.nobody')).waitFor()
    },
  },
  {
    name: '24b-leave-a-message',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, t }) => {
      await panel.getByRole('button', button(t('waiting.leave'))).click()
      await panel.getByRole('form', { name: t('waiting.leave') }).waitFor()
    },
  },
  {
    name: '24c-call-me-back',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, t }) => {
      await panel.getByRole('button', button(t('waiting.cancel'))).click()
      await panel.getByRole('button', button(t('waiting.callMeBack'))).click()
      await panel.getByRole('radio', button(t('waiting.whenAt'))).check()
      await panel.getByRole('form', { name: t('waiting.callMeBack') }).waitFor()
    },
  },
  {
    name: '24d-to-be-called-back',
    routes: ['/widget/panel', '/desk'],
    who: ['visitor', 'agent'],
    go: async ({ panel, agent, t }) => {
      await panel.getByRole('radio', button(t('waiting.whenSoon'))).check()
      await panel.getByRole('button', button(t('waiting.callMeBack'))).click()
      await panel.getByText(t('waiting.backHere')).waitFor()
      await agent.getByText(t('desk.task_callback')).first().waitFor()
    },
  },
  {
    name: '24d-tell-me',
    routes: ['/widget/notify', '/widget/panel'],
    who: ['window', 'visitor'],
    go: async (cast) => {
      const tell = cast.panel.getByRole('button', button(cast.t('waiting.tellMe')))
      ;[cast.window] = await Promise.all([cast.visitor.waitForEvent('popup'), tell.click()])
      await cast.window.getByRole('button', button(cast.t('notify.allow'))).waitFor()
      await cast.panel.getByText(cast.t('waiting.tellAsking')).waitFor()
    },
  },
  {
    name: '24d-not-allowed',
    routes: ['/widget/notify', '/widget/panel'],
    who: ['window', 'visitor'],
    go: async ({ window, panel, t }) => {
      // Nobody is there to say yes.
      await window.getByRole('button', button(t('notify.allow'))).click()
      await window.getByText(t('notify.denied')).waitFor()
      await panel.getByText(t('waiting.tellDenied')).waitFor()
    },
  },
  {
    name: '24e-waiting',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ window, panel, t }) => {
      await window.close()
      await panel.getByRole('button', button(t('waiting.waitHere'))).click()
      await panel
        .getByText(t('waiting.next'))
        .or(panel.getByText(t('waiting.nobody')))
        .first()
        .waitFor()
    },
  },
  {
    name: '24e-not-kept',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, stack, t }) => {
      // Nothing can be written where there is no folder.
      const recordings = join(stack.dataDir, 'recordings')
      await rename(recordings, `${recordings}-away`)
      await writeFile(recordings, '')
      await panel.getByRole('button', button(t('waiting.speak'))).click()
      await panel.getByRole('button', button(t('call.agree'))).click()
      await panel.getByRole('button', button(t('call.finish'))).waitFor()
      await inDatabase(stack, async (client) => {
        await client.query(
          `update call set answered_at = answered_at - interval '20 seconds' where ended_at is null`,
        )
      })
      await panel.getByText(t('call.messageLost_visitor')).waitFor()
      await panel.getByRole('button', button(t('waiting.leave'))).waitFor()
      await rm(recordings)
      await rename(`${recordings}-away`, recordings)
    },
  },
  {
    name: '24f-speaking',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, t }) => {
      await panel.getByRole('button', button(t('waiting.speak'))).click()
      await panel.getByRole('button', button(t('call.agree'))).click()
      await panel.getByText(t('call.recording'), { exact: true }).waitFor()
      // Long enough to be a message.
      await panel
        .locator('.call-head .clock')
        .filter({ hasNotText: /[0۰]:[0۰]{2}/ })
        .waitFor()
    },
  },
  {
    name: '24g-spoken',
    routes: ['/widget/panel', '/desk'],
    who: ['visitor', 'agent'],
    go: async ({ panel, agent, t }) => {
      await panel.getByRole('button', button(t('call.finish'))).click()
      await panel.getByText(t('waiting.spoken')).waitFor()
      await agent.getByText(t('desk.task_voicemail')).first().waitFor()
    },
  },
]
