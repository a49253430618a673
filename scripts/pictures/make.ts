/**
 * The pictures of the documentation: in each language a visitor and an agent talk, with real speech, cameras, a screen and
 * messages, through a Parley of its own; then it is replayed.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, FrameLocator, Page } from 'playwright-core'
import { words as launcherWords } from '../../client/widget/launcher/words.ts'
import { answer, button, moving, openMine, say } from '../screens/acts.ts'
import { LOCALES, type Locale } from '../screens/look.ts'
import { type Cast, gather, launch, linkOf } from '../screens/people.ts'
import { writeDown } from '../screens/said-steps.ts'
import { ROOT } from '../setup/project.ts'
import { type Stack, startStack } from '../test-env.ts'
import { agentLooks, film, visitorLooks } from './camera.ts'
import { startEngine } from './engine.ts'
import { type Talk, talks } from './lines.ts'
import { showScreen } from './screen.ts'
import { type Spoken, speak } from './speech.ts'

const target = (name: string) => join(ROOT, 'docs', 'pictures', `${name}.png`)
const SIZE = { width: 1_200, height: 750 }

type Scene = { cast: Cast; talk: Talk /** How long both speak. */; ms: number }

export async function makePictures(env: NodeJS.ProcessEnv, told: (line: string) => void): Promise<void> {
  const spoken: Spoken[] = []
  const engine = await startEngine(() => spoken)
  try {
    for (const locale of LOCALES) {
      told(`${locale} …`)
      const folder = await mkdtemp(join(tmpdir(), 'parley-pictures-'))
      const stack = await startStack({ env: { ...env, TRANSCRIBER_URL: engine.url } })
      try {
        await picture({ locale, folder, stack }, spoken)
      } finally {
        await stack.stop()
        await rm(folder, { recursive: true, force: true })
      }
    }
  } finally {
    engine.close()
  }
}

type Made = { locale: Locale; folder: string; stack: Stack }

async function picture({ locale, folder, stack }: Made, spoken: Spoken[]): Promise<void> {
  const talk = talks[locale]
  const visitor = await speak(talk.visitor, folder, 'visitor')
  const agent = await speak(talk.agent, folder, 'agent')
  spoken.splice(0, Infinity, ...visitor.spoken, ...agent.spoken)
  const browsers = [
    await devices(visitor.file, await film(visitorLooks, folder, 'visitor')),
    await devices(agent.file, await film(agentLooks, folder, 'agent')),
  ] as const
  try {
    const look = { locale, width: 1440, theme: 'light' } as const
    const [one, other] = [await gather(browsers[0], look, stack), await gather(browsers[1], look, stack)]
    const cast = { ...one, agent: other.agent }
    for (const page of [cast.agent, cast.reviewer]) await page.setViewportSize(SIZE)
    const scene = { cast, talk, ms: Math.max(visitor.ms, agent.ms) }
    await meet(scene)
    const seen = await speakAndShow(scene)
    await writeDown(stack)
    await replay(scene, seen)
  } finally {
    for (const browser of browsers) await browser.close()
  }
}

/** `noloop`: what has been said is not said again. */
const devices = (sound: string, pictures: string): Promise<Browser> =>
  launch(undefined, [
    `--use-file-for-fake-audio-capture=${sound}%noloop`,
    `--use-file-for-fake-video-capture=${pictures}`,
  ])

const press = (page: Page | FrameLocator, name: string) =>
  page.getByRole('button', button(name)).first().click()

async function meet({ cast, talk }: Scene): Promise<void> {
  const { agent, visitor, stack, look, t } = cast
  await showScreen(agent, { lines: talk.screen, rtl: look.locale === 'fa' })
  // A microphone that is opened before the call would begin to speak before it.
  const chosen = JSON.stringify({ locale: look.locale, warmMic: false })
  await agent.addInitScript((to) => localStorage.setItem('parley.desk.preferences', to), chosen)
  await agent.goto(linkOf(cast, 'Sara'))
  await press(agent, t('desk.signIn'))
  await press(agent, t('desk.available'))
  await visitor.goto(`${stack.url}/demo?lang=${look.locale}`)
  await visitor.getByRole('button', { name: launcherWords[look.locale].chat }).click()
  await say(cast, talk.asked)
  await press(agent, t('desk.accept'))
  await openMine(cast)
  await answer(cast, talk.answered)
}

/** Returns a moment, ms since 1970, at which everything is to be seen. */
async function speakAndShow({ cast, talk, ms }: Scene): Promise<number> {
  const { agent, visitor, panel, look, t } = cast
  await press(panel, t('widget.voiceCall'))
  await press(panel, t('call.agree'))
  await press(agent, t('call.accept'))
  const ends = Date.now() + ms
  await agent.getByText(t('call.recording'), { exact: true }).first().waitFor()
  await press(agent, t('call.camOn'))
  await press(panel, t('call.camOn'))
  await press(panel, t('call.agree'))
  await moving(visitor, panel)
  await moving(agent, agent)
  await say(cast, talk.meanwhile)
  await press(agent, t('call.shareScreen'))
  await panel.locator('video').nth(1).waitFor()
  await delay(6_000)
  const seen = Date.now()
  if (look.locale === 'en') await agent.screenshot({ path: target('call') })
  await delay(Math.max(4_000, ends - Date.now() + 5_000))
  await press(agent, t('call.hangUp'))
  await agent
    .getByRole('button', button(t('call.again')))
    .first()
    .waitFor()
  return seen
}

async function replay({ cast }: Scene, seen: number): Promise<void> {
  const { reviewer, stack, look, t } = cast
  await reviewer.goto(linkOf(cast, 'Kian'))
  await press(reviewer, t('desk.signIn'))
  await reviewer.getByRole('link', button(t('desk.replay'))).waitFor()
  await reviewer.goto(`${stack.url}/desk/replay`)
  const row = reviewer.getByRole('row').filter({ hasText: 'Sara' }).getByRole('link').first()
  const address = new URL((await row.getAttribute('href')) ?? '', stack.url)
  await reviewer.goto(`${address.href}?at=${seen}`)
  const later = reviewer.getByRole('checkbox', button(t('replay.later')))
  await later.check()
  await reviewer.locator('.spoken').first().waitFor({ timeout: 60_000 })
  await reviewer.getByText(t('replay.spokenOpen')).waitFor({ state: 'detached', timeout: 60_000 })
  await later.uncheck()
  await press(reviewer, t('replay.play'))
  await moving(reviewer, reviewer)
  await delay(2_000)
  await press(reviewer, t('replay.pause'))
  await reviewer.screenshot({ path: target(look.locale === 'en' ? 'replay' : `replay-${look.locale}`) })
}
