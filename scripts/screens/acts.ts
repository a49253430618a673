/** What a step of the tour is, and what people do in several of them. */
import type { Locator, Page } from 'playwright-core'
import type { Cast } from './people.ts'

export interface Step {
  /** Name of the state; the picture's file is called so. */
  name: string
  /** Routes of ours that are shown now. Every route must be named somewhere in the tour. */
  routes: string[]
  /** Whose page is looked at: nobody's where it only leads on, to what was seen before. */
  who: ('visitor' | 'window' | 'agent' | 'reviewer')[]
  /** Needs windows of its own, which a phone is not offered: left out there. */
  windows?: true
  go(cast: Cast): Promise<void>
}

export const button = (name: string) => ({ name, exact: true })

/** To another place of the desk, as by a link: what is loaded stays. */
export const follow = (page: Page, path: string): Promise<void> =>
  page.evaluate((to) => history.pushState(null, '', to), `/desk${path}`)

export async function say(cast: Cast, text: string): Promise<void> {
  await cast.panel.getByRole('textbox', button(cast.t('ui.message'))).fill(text)
  await cast.panel.getByRole('button', button(cast.t('ui.send'))).click()
  await cast.panel.getByText(text).waitFor()
}

export async function answer(cast: Cast, text: string): Promise<void> {
  await cast.agent.getByRole('textbox', button(cast.t('ui.message'))).fill(text)
  await cast.agent.getByRole('button', button(cast.t('ui.send'))).click()
  await cast.panel.getByText(text).waitFor()
}

/** By leaving the page, which does not wait until it can be undone no more. */
export async function endNow({ agent, t }: Cast): Promise<void> {
  await agent.getByRole('button', button(t('desk.end'))).click()
  await agent.reload()
}

/** On a phone the desk shows one column at a time. */
export async function openMine(cast: Cast): Promise<void> {
  const field = cast.agent.getByRole('textbox', button(cast.t('ui.message')))
  await field.waitFor()
}

export const earlierOnes = ({ agent, t }: Cast) =>
  agent.getByRole('list', { name: t('desk.earlier') }).getByRole('link')

/** Throws where something covers it, or one would have to scroll to it. */
export const inSight = (what: Locator) =>
  what.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect()
    const there = document.elementFromPoint(x + width / 2, y + height / 2)
    if (!there || !element.contains(there)) throw new Error('It is not in sight')
  })

export const moving = (page: Page, frame: Cast['panel'] | Page) =>
  frame
    .locator('video')
    .first()
    .evaluate(
      (video: HTMLVideoElement) =>
        new Promise<void>((resolve) => {
          if (video.readyState >= 2) resolve()
          else video.addEventListener('playing', () => resolve(), { once: true })
        }),
    )
    .then(() => page.waitForLoadState())
