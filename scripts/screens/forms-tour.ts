/** What a site's forms ask its visitors, and what a queue asks its agents afterwards. Its administrator is signed in. */
import { words as launcherWords } from '../../client/widget/launcher/words.ts'
import { button, endNow, follow, openMine, type Step } from './acts.ts'
import type { Cast } from './people.ts'
import { field, file, press, saved, settings } from './tour-admin.ts'

const id = (last: number) => `01890000-0000-7000-8000-00000000010${last}`
const everywhere = (en: string, fa: string, ru: string) => ({ en, fa, ru })
const forEach = <T>(figure: T) => ({ chat: figure, voice: figure, video: figure })
const minute = 60_000

const asked = {
  name: { id: 'name', type: 'name', label: everywhere('Your name', 'نام شما', 'Ваше имя'), required: true },
  topic: {
    ...{ id: 'topic', type: 'choice', label: everywhere('What is it about?', 'دربارهٔ چیست؟', 'О чём речь?') },
    options: [everywhere('An order', 'سفارش', 'Заказ'), everywhere('A repair', 'تعمیر', 'Ремонт')],
    required: false,
  },
  order: {
    id: 'order',
    type: 'text',
    label: everywhere('Order number', 'شمارهٔ سفارش', 'Номер заказа'),
    required: false,
  },
}
const noIntro = everywhere('', '', '')
const intro = everywhere(
  'So that the right person answers.',
  'تا کسی پاسخ دهد که کارش همین است.',
  'Чтобы ответил тот, кто разбирается.',
)
const items = [
  {
    ...{ kind: 'form', id: id(1) },
    body: { name: 'Before', purpose: 'preChat', intro, fields: [asked.name, asked.topic] },
  },
  {
    ...{ kind: 'form', id: id(2) },
    body: { name: 'Meanwhile', purpose: 'waiting', intro: noIntro, fields: [asked.order] },
  },
  {
    ...{ kind: 'queue', id: id(3) },
    body: {
      ...{ name: 'Repairs', priority: 1, maxLength: null, offerMs: forEach(minute), lastAgentMs: 0 },
      ...{ requires: [], prefers: [], rings: [], overflow: [], ageing: null, hoursId: null },
      target: forEach({ share: 0.8, withinMs: minute }),
      wrapUp: {
        ...{ mode: 'timed', ms: 10 * minute, extensionMs: 5 * minute },
        ...{ disposition: 'required', note: 'optional' },
      },
    },
  },
]

/** Somebody who was never here opens the panel. */
async function newVisitor({ visitor, look, stack }: Cast): Promise<void> {
  await visitor.evaluate(() => {
    localStorage.clear()
    sessionStorage.clear()
  })
  await visitor.goto(`${stack.url}/demo?lang=${look.locale}`)
  await visitor.getByRole('button', { name: launcherWords[look.locale].chat }).click()
}

export const formsTour: Step[] = [
  {
    name: '37-import',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await follow(reviewer, '/settings/transfer')
      await reviewer.locator('input[type=file]').setInputFiles(file({ format: 1, people: [], items }))
      await reviewer.getByRole('button', button(t('admin.importNow'))).waitFor()
    },
  },
  {
    name: '38-site-with-forms',
    routes: [settings],
    who: ['reviewer'],
    go: async (cast) => {
      const { reviewer, t } = cast
      await press(reviewer, t('admin.importNow'))
      await reviewer.getByRole('button', button(t('admin.importNow'))).waitFor({ state: 'detached' })
      await follow(reviewer, `/settings/queues/${id(3)}`)
      await reviewer
        .getByLabel(t('admin.addMember'))
        .and(reviewer.locator('select'))
        .selectOption({ label: 'Sara' })
      await press(reviewer, t('admin.addMember'))
      await reviewer.getByRole('listitem').getByRole('link', { name: 'Sara' }).waitFor()
      await follow(reviewer, '/settings/sites')
      await reviewer.getByRole('link', { name: 'Demo shop' }).click()
      await field(reviewer, t('admin.siteQueue')).selectOption({ label: 'Repairs' })
      await field(reviewer, t('admin.purpose_preChat')).selectOption({ label: 'Before' })
      await field(reviewer, t('admin.purpose_waiting')).selectOption({ label: 'Meanwhile' })
      await saved(cast)
    },
  },
  {
    name: '39-pre-chat-form',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async (cast) => {
      const { agent, panel, t } = cast
      await follow(agent, '')
      await agent.getByRole('button', button(t('desk.available'))).click()
      await newVisitor(cast)
      await panel.getByRole('form', { name: t('waiting.preChat') }).waitFor()
      // Nothing is answered before it is chosen.
      await panel.locator('select:has(option[value=""]:checked)').waitFor()
    },
  },
  {
    name: '39a-pre-chat-fault',
    routes: ['/widget/panel'],
    who: ['visitor'],
    go: async ({ panel, t }) => {
      await panel.getByRole('button', button(t('waiting.start'))).click()
      await panel.getByRole('form').getByRole('alert').waitFor()
    },
  },
  {
    name: '39b-waiting-form',
    routes: ['/widget/panel', '/desk'],
    who: ['visitor', 'agent'],
    go: async ({ panel, agent, t }) => {
      await panel.getByRole('form').getByRole('textbox').first().fill('Mina')
      await panel.getByRole('button', button(t('waiting.start'))).click()
      await agent
        .getByRole('region', { name: 'Mina' })
        .getByRole('button', button(t('desk.accept')))
        .waitFor()
      await panel.getByRole('button', button(t('waiting.waitingForm'))).click()
      await panel.getByRole('form', { name: t('waiting.waitingForm') }).waitFor()
    },
  },
  {
    name: '40-answers',
    routes: ['/desk/c/:id/:earlier?', '/widget/panel'],
    who: ['agent', 'visitor'],
    go: async (cast) => {
      const { panel, agent, t } = cast
      await panel.getByRole('form').getByRole('textbox').first().fill('1405-117')
      await panel.getByRole('button', button(t('waiting.send'))).click()
      const offer = agent.getByRole('region', { name: 'Mina' })
      await offer.getByRole('button', button(t('desk.accept'))).click()
      await openMine(cast)
      await agent.getByText('1405-117').first().waitFor()
    },
  },
  {
    name: '41-wrap-up',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent'],
    go: async (cast) => {
      const { agent, t } = cast
      await endNow(cast)
      await agent.getByRole('form', { name: t('work.wrapUp') }).waitFor({ timeout: 20_000 })
      await agent.getByRole('button', button(t('work.done'))).waitFor()
    },
  },
  {
    name: '41a-wrap-up-filled-in',
    routes: ['/desk/c/:id/:earlier?'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      const form = agent.getByRole('form', { name: t('work.wrapUp') })
      await form.getByRole('combobox').selectOption({ label: 'Repair › Under guarantee' })
      await form.getByRole('textbox').fill('The switch was loose.')
    },
  },
  {
    name: '41b-wrap-up-to-do',
    routes: ['/desk'],
    who: ['agent'],
    go: async ({ agent, t }) => {
      await follow(agent, '')
      await agent.getByRole('list', { name: t('work.wrapUps') }).waitFor()
    },
  },
]
